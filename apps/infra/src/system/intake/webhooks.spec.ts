import { describe, expect, test } from '@jest/globals';
import { UNROUTED_INDEX } from '@leaderboard/tables';

import { TYPES } from '../../graph/resource-types.ts';
import {
  graphOf,
  jsonOf,
  ownStatementsOf,
  QUEUE_URLS,
  REGION_AND_ACCOUNT,
  SAMPLE_SECRET_ARN,
  variablesOf,
} from '../../testing/program.ts';

const TYPE_QUEUES = ['payments', 'refunds', 'disputes'];

const graph = await graphOf();

const allow = (actions: string[], ...resources: string[]) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});
const table = (name: string) => `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/${name}`;
const typeQueueArns = TYPE_QUEUES.map((name) => `arn:aws:sqs:${REGION_AND_ACCOUNT}:${name}-test`);

describe('the functions', () => {
  test.each([
    ['webhook-validator-test', 30, 10, 'intake/validator'],
    ['event-router-test', 60, 10, 'intake/router'],
    ['event-sweep-test', 50, 1, 'intake/sweep'],
    ['updates-intake-test', 29, 10, 'intake/updates'],
  ])('%s has 256 MB on arm64, %i s and %i executions', (name, timeout, concurrency, archive) => {
    expect(graph.get(TYPES.function, name).inputs).toMatchObject({
      architectures: ['arm64'],
      runtime: 'nodejs24.x',
      memorySize: 256,
      timeout,
      reservedConcurrentExecutions: concurrency,
      tracingConfig: { mode: name === 'event-sweep-test' ? 'PassThrough' : 'Active' },
      code: { archive },
    });
  });

  test('the validator knows its table and the router', () => {
    expect(variablesOf(graph, 'webhook-validator-test')).toEqual({
      DYNAMODB_TABLE: 'transaction-events-test',
      ROUTER_LAMBDA_NAME: 'event-router-test',
      POWERTOOLS_SERVICE_NAME: 'webhook-validator',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard/test',
    });
  });

  test('router and sweep know the table and the three queues, the sweep also the age of its events', () => {
    const routing = {
      DYNAMODB_TABLE: 'transaction-events-test',
      PAYMENTS_QUEUE_URL: `${QUEUE_URLS}/payments-test`,
      REFUNDS_QUEUE_URL: `${QUEUE_URLS}/refunds-test`,
      DISPUTES_QUEUE_URL: `${QUEUE_URLS}/disputes-test`,
      EVENT_TTL_DAYS: '30',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard/test',
    };
    expect(variablesOf(graph, 'event-router-test')).toEqual({
      ...routing,
      POWERTOOLS_SERVICE_NAME: 'event-router',
    });
    expect(variablesOf(graph, 'event-sweep-test')).toEqual({
      ...routing,
      SWEEP_MIN_AGE_SECONDS: '360',
      POWERTOOLS_SERVICE_NAME: 'event-sweep',
    });
  });

  test('POST /updates knows the main queue and the table of its keys', () => {
    expect(variablesOf(graph, 'updates-intake-test')).toMatchObject({
      LEADERBOARD_QUEUE_URL: `${QUEUE_URLS}/leaderboard-updates-test.fifo`,
      IDEMPOTENCY_TABLE_NAME: 'idempotency-keys-test',
      IDEMPOTENCY_TTL_DAYS: '61',
    });
  });

  test('POST /updates limits the age of an update as the processor does', async () => {
    const strict = await graphOf({ 'leaderboard:occurredAtMaxPastDays': '7' });
    for (const name of ['leaderboard-processor-test', 'updates-intake-test']) {
      expect(variablesOf(strict, name)).toMatchObject({ OCCURRED_AT_MAX_PAST_DAYS: '7' });
    }
  });
});

test('the events table has its key, its sparse index, recovery and expiry', () => {
  const { inputs } = graph.get(TYPES.table, 'transaction-events-test');
  expect(inputs).toMatchObject({
    hashKey: 'event_id',
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    ttl: { attributeName: 'expires_at', enabled: true },
    globalSecondaryIndexes: [
      {
        name: UNROUTED_INDEX.name,
        hashKey: UNROUTED_INDEX.partitionKey.name,
        rangeKey: 'received_at',
        projectionType: 'KEYS_ONLY',
      },
    ],
  });
  expect(inputs).not.toHaveProperty('rangeKey');
});

test('idempotency keys have their own table, whose items expire', () => {
  expect(graph.get(TYPES.table, 'idempotency-keys-test').inputs).toMatchObject({
    hashKey: 'idempotency_key',
    attributes: [{ name: 'idempotency_key', type: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});

describe('an event that the router cannot route', () => {
  test('is retried twice, then kept in the queue of failures', () => {
    const type = TYPES.invokeConfig;
    expect(graph.get(type, 'event-router-invocation').inputs).toMatchObject({
      functionName: 'event-router-test',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 360,
      destinationConfig: {
        onFailure: { destination: `arn:aws:sqs:${REGION_AND_ACCOUNT}:webhook-failures-test` },
      },
    });
  });

  test('is routed by the sweep, which runs every minute in the schedule group', () => {
    const schedule = graph.get('aws:scheduler/schedule:Schedule', 'event-sweep-every-minute-test');
    expect(schedule.inputs).toMatchObject({
      groupName: 'leaderboard-test',
      scheduleExpression: 'rate(1 minute)',
      target: {
        arn: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:event-sweep-test`,
        deadLetterConfig: { arn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:webhook-failures-test` },
      },
    });
  });
});

describe('the queues', () => {
  test.each(TYPE_QUEUES)('%s has the required times, encryption and dead-letter queue', (name) => {
    const times = {
      messageRetentionSeconds: 604_800,
      visibilityTimeoutSeconds: 300,
      sqsManagedSseEnabled: true,
    };
    const queue = graph.get(TYPES.queue, `${name}-test`);
    expect(queue.inputs).toMatchObject(times);
    expect(queue.inputs).not.toHaveProperty('fifoQueue');
    expect(jsonOf(queue, 'redrivePolicy')).toEqual({
      deadLetterTargetArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:${name}-dlq-test`,
      maxReceiveCount: 3,
    });
    expect(graph.get(TYPES.queue, `${name}-dlq-test`).inputs).toMatchObject(times);
  });
});

test.each(['webhook-validator', 'event-router', 'event-sweep', 'updates-intake'])(
  'the logs of %s are kept for 30 days',
  (name) => {
    expect(graph.get(TYPES.logGroup, `/aws/lambda/${name}-test`).inputs).toMatchObject({
      retentionInDays: 30,
    });
  },
);

describe('a role allows exactly what its function uses', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'webhook-validator-test',
      {
        StoreEvents: allow(['dynamodb:PutItem'], table('transaction-events-test')),
        InvokeRouter: allow(
          ['lambda:InvokeFunction'],
          `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:event-router-test`,
        ),
      },
    ],
    [
      'event-router-test',
      {
        SendEvents: allow(['sqs:SendMessage'], ...typeQueueArns),
        MarkAsRouted: allow(['dynamodb:UpdateItem'], table('transaction-events-test')),
        KeepFailedInvocations: allow(
          ['sqs:SendMessage'],
          `arn:aws:sqs:${REGION_AND_ACCOUNT}:webhook-failures-test`,
        ),
      },
    ],
    [
      'event-sweep-test',
      {
        FindUnrouted: allow(
          ['dynamodb:Query'],
          `${table('transaction-events-test')}/index/unrouted`,
        ),
        ReadAndMarkAsRouted: allow(
          ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          table('transaction-events-test'),
        ),
        SendEvents: allow(['sqs:SendMessage'], ...typeQueueArns),
        KeepFailedRuns: allow(
          ['sqs:SendMessage'],
          `arn:aws:sqs:${REGION_AND_ACCOUNT}:webhook-failures-test`,
        ),
      },
    ],
    [
      'updates-intake-test',
      {
        SendUpdates: allow(
          ['sqs:SendMessage'],
          `arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-updates-test.fifo`,
        ),
        RememberKeys: allow(['dynamodb:PutItem'], table('idempotency-keys-test')),
      },
    ],
  ])('%s', (role, statements) => {
    expect(ownStatementsOf(graph, role)).toEqual(statements);
  });
});

describe('alarms', () => {
  test.each([...TYPE_QUEUES.map((name) => `${name}-dlq`), 'webhook-failures'])(
    '%s: the alarm fires at the first dead letter',
    (queue) => {
      expect(graph.get(TYPES.alarm, `${queue}-test-depth`).inputs).toMatchObject({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: `${queue}-test` },
        statistic: 'Maximum',
        comparisonOperator: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
      });
    },
  );

  test.each(['webhook-validator', 'event-router', 'event-sweep', 'updates-intake'])(
    '%s: more than 1 %% of the runs fail',
    (name) => {
      const metric = (metricName: string) => ({
        namespace: 'AWS/Lambda',
        metricName,
        dimensions: { FunctionName: `${name}-test` },
        stat: 'Sum',
        period: 300,
      });
      expect(graph.get(TYPES.alarm, `${name}-test-error-rate`).inputs).toMatchObject({
        metricQueries: [
          { id: 'errors', metric: metric('Errors') },
          { id: 'total', metric: metric('Invocations') },
          {
            id: 'rate',
            expression: 'IF(total > 0, 100 * FILL(errors, 0) / total)',
            returnData: true,
          },
        ],
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 1,
      });
    },
  );

  test.each(TYPE_QUEUES)('%s: an event waits for more than 10 minutes', (name) => {
    expect(graph.get(TYPES.alarm, `${name}-test-age`).inputs).toMatchObject({
      metricName: 'ApproximateAgeOfOldestMessage',
      dimensions: { QueueName: `${name}-test` },
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 600,
    });
  });

  test('an accepted event waits for its queue for more than 10 minutes', () => {
    expect(graph.get(TYPES.alarm, 'event-sweep-test-oldest-unrouted').inputs).toMatchObject({
      namespace: 'Leaderboard/test',
      metricName: 'OldestUnroutedAge',
      dimensions: { service: 'event-sweep' },
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 600,
    });
  });
});

test('a secret with its own key is decrypted by Secrets Manager only', async () => {
  const key = 'arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const signed = await graphOf({
    'leaderboard:webhookSecretArn': SAMPLE_SECRET_ARN,
    'leaderboard:webhookSecretKeyArn': key,
  });
  expect(ownStatementsOf(signed, 'webhook-validator-test')).toMatchObject({
    DecryptSignatureSecret: {
      ...allow(['kms:Decrypt'], key),
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-west-1.amazonaws.com' } },
    },
  });
});

test('the signature secret is the only one that the validator may read', async () => {
  const signed = await graphOf({ 'leaderboard:webhookSecretArn': SAMPLE_SECRET_ARN });
  expect(variablesOf(signed, 'webhook-validator-test')).toMatchObject({
    SIGNATURE_SECRET_ID: SAMPLE_SECRET_ARN,
  });
  expect(ownStatementsOf(signed, 'webhook-validator-test')).toMatchObject({
    ReadSignatureSecret: allow(['secretsmanager:GetSecretValue'], SAMPLE_SECRET_ARN),
  });
});
