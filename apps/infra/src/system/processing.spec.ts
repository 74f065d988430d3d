import { describe, expect, test } from '@jest/globals';

import { TYPES } from '../graph/resource-types.ts';
import {
  graphOf,
  jsonOf,
  QUEUE_URLS,
  REGION_AND_ACCOUNT,
  statementsOf,
} from '../testing/program.ts';

const PROCESSOR = 'leaderboard-processor-test';

const graph = await graphOf();

test('the main queue is FIFO, high throughput, encrypted, with the required times', () => {
  expect(graph.get(TYPES.queue, 'leaderboard-updates-test.fifo').inputs).toMatchObject({
    fifoQueue: true,
    contentBasedDeduplication: true,
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 345_600,
    visibilityTimeoutSeconds: 60,
  });
});

test('the dead-letter queue has room for a reason beside the largest message of the main queue', () => {
  expect(graph.get(TYPES.queue, 'leaderboard-updates-test.fifo').inputs['maxMessageSize']).toBe(
    65_536,
  );
  expect(
    graph.get(TYPES.queue, 'leaderboard-dlq-test.fifo').inputs['maxMessageSize'],
  ).toBeUndefined();
});

test('the main queue redrives to the dead-letter queue after 3 receives', () => {
  expect(jsonOf(graph.get(TYPES.queue, 'leaderboard-updates-test.fifo'), 'redrivePolicy')).toEqual({
    deadLetterTargetArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-dlq-test.fifo`,
    maxReceiveCount: 3,
  });
});

test('the dead-letter queue is FIFO and keeps 14 days', () => {
  const dlq = graph.get(TYPES.queue, 'leaderboard-dlq-test.fifo');
  expect(dlq.inputs).toMatchObject({
    fifoQueue: true,
    contentBasedDeduplication: true,
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 1_209_600,
    visibilityTimeoutSeconds: 300,
  });
  expect(dlq.inputs['redrivePolicy']).toBeUndefined();
});

test('only the main queue can use the dead-letter queue', () => {
  const allow = graph.get(
    'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
    'leaderboard-updates-dlq-sources',
  );
  expect(allow.inputs['queueUrl']).toMatch(/leaderboard-dlq-test\.fifo$/);
  expect(jsonOf(allow, 'redriveAllowPolicy')).toEqual({
    redrivePermission: 'byQueue',
    sourceQueueArns: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-updates-test.fifo`],
  });
});

test('both queues deny requests without TLS', () => {
  const policies = graph.ofType(TYPES.queuePolicy).map((p) => jsonOf(p, 'policy'));
  for (const queue of ['leaderboard-updates-test.fifo', 'leaderboard-dlq-test.fifo']) {
    expect(policies).toContainEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: `arn:aws:sqs:${REGION_AND_ACCOUNT}:${queue}`,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  }
});

describe('the processor', () => {
  test('has the required size, concurrency, runtime and tracing', () => {
    expect(graph.get(TYPES.function, PROCESSOR).inputs).toMatchObject({
      name: 'leaderboard-processor-test',
      memorySize: 512,
      timeout: 30,
      reservedConcurrentExecutions: 10,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      tracingConfig: { mode: 'Active' },
    });
  });

  test('knows its tables, its dead-letter queue and its limits', () => {
    expect(graph.get(TYPES.function, PROCESSOR).inputs['environment']).toEqual({
      variables: {
        NODE_OPTIONS: '--enable-source-maps',
        DYNAMODB_TABLE_NAME: 'leaderboard-data-test',
        PROCESSED_EVENTS_TABLE_NAME: 'processed-events-test',
        DLQ_URL: `${QUEUE_URLS}/leaderboard-dlq-test.fifo`,
        MAX_RECEIVE_COUNT: '3',
        MARKER_TTL_DAYS: '60',
        OCCURRED_AT_MAX_PAST_DAYS: '35',
        BOARD_DEFINITIONS: expect.stringContaining('"default_board":"GLOBAL"'),
        POWERTOOLS_SERVICE_NAME: 'leaderboard-processor',
        POWERTOOLS_LOG_LEVEL: 'INFO',
        POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard/test',
      },
    });
  });

  test('knows the receive count of the queue', async () => {
    const changed = await graphOf({ 'leaderboard:maxReceiveCount': '7' });
    expect(changed.get(TYPES.function, PROCESSOR).inputs['environment']).toMatchObject({
      variables: { MAX_RECEIVE_COUNT: '7' },
    });
    expect(
      jsonOf(changed.get(TYPES.queue, 'leaderboard-updates-test.fifo'), 'redrivePolicy'),
    ).toMatchObject({ maxReceiveCount: 7 });
  });

  test('runs the bundle that was built for it', () => {
    expect(graph.get(TYPES.function, PROCESSOR).inputs['code']).toEqual({
      archive: 'processor/processor',
    });
  });

  test('reserves no concurrency when the setting is none', async () => {
    const none = await graphOf({ 'leaderboard:processorReservedConcurrency': 'none' });
    expect(none.get(TYPES.function, PROCESSOR).inputs).not.toHaveProperty(
      'reservedConcurrentExecutions',
    );
  });
});

test('the mapping takes batches of 10, keeps 10 instances busy and reports single failures', () => {
  expect(graph.get(TYPES.mapping, 'updates-to-processor-mapping').inputs).toMatchObject({
    eventSourceArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-updates-test.fifo`,
    functionName: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:leaderboard-processor-test`,
    batchSize: 10,
    scalingConfig: { maximumConcurrency: 10 },
    functionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('the mapping has no batching window, which a FIFO queue does not allow', () => {
  expect(graph.get(TYPES.mapping, 'updates-to-processor-mapping').inputs).not.toHaveProperty(
    'maximumBatchingWindowInSeconds',
  );
});

test('the ledger has its keys, is on demand, recoverable, encrypted, and streams both images', () => {
  expect(graph.get(TYPES.table, 'leaderboard-data-test').inputs).toMatchObject({
    hashKey: 'player_id',
    rangeKey: 'timestamp',
    attributes: [
      { name: 'player_id', type: 'S' },
      { name: 'timestamp', type: 'N' },
    ],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    streamEnabled: true,
    streamViewType: 'NEW_AND_OLD_IMAGES',
  });
});

test('ledger items never expire', () => {
  expect(graph.get(TYPES.table, 'leaderboard-data-test').inputs).not.toHaveProperty('ttl');
});

test('processed events are keyed by player and event, and expire by expires_at', () => {
  expect(graph.get(TYPES.table, 'processed-events-test').inputs).toMatchObject({
    hashKey: 'player_id',
    rangeKey: 'event_id',
    attributes: [
      { name: 'player_id', type: 'S' },
      { name: 'event_id', type: 'S' },
    ],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});

test('the processor may send dead letters to the queue that it knows', () => {
  expect(statementsOf(graph, PROCESSOR)['SendDeadLetters']).toEqual({
    Effect: 'Allow',
    Action: ['sqs:SendMessage'],
    Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-dlq-test.fifo`],
  });
});

describe('the log group', () => {
  test('has the required name and keeps 7 days', () => {
    expect(graph.get(TYPES.logGroup, `/aws/lambda/${PROCESSOR}`).inputs).toMatchObject({
      name: '/aws/lambda/leaderboard-processor-test',
      retentionInDays: 7,
    });
  });

  test('is the one of the function, whose role may write to it before the function exists', () => {
    const fn = graph.get(TYPES.function, PROCESSOR);
    expect(fn.inputs['loggingConfig']).toMatchObject({
      logGroup: '/aws/lambda/leaderboard-processor-test',
    });
    expect(fn.dependsOn).toEqual(['aws:iam/rolePolicy:RolePolicy::leaderboard-processor-policy']);
  });

  test('keeps embedded metrics at every log level', async () => {
    const quiet = await graphOf({ 'leaderboard:processorLogLevel': 'ERROR' });
    expect(quiet.get(TYPES.function, PROCESSOR).inputs).toMatchObject({
      environment: { variables: { POWERTOOLS_LOG_LEVEL: 'ERROR' } },
      loggingConfig: { logFormat: 'Text' },
    });
  });
});

describe('alarms', () => {
  test('the dead-letter alarm fires at 10 messages, not above', () => {
    expect(graph.get(TYPES.alarm, 'leaderboard-dlq-test-depth').inputs).toMatchObject({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'leaderboard-dlq-test.fifo' },
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 10,
      period: 300,
      evaluationPeriods: 1,
    });
  });

  test.each([
    ['leaderboard-updates-test-age', 'ApproximateAgeOfOldestMessage', 'Maximum', 300],
    ['leaderboard-dlq-test-age', 'ApproximateAgeOfOldestMessage', 'Maximum', 604_800],
    ['leaderboard-processor-test-errors', 'Errors', 'Sum', 1],
    ['leaderboard-processor-test-throttles', 'Throttles', 'Sum', 1],
    ['leaderboard-processor-test-update-errors', 'LeaderboardUpdateError', 'Sum', 10],
    ['leaderboard-processor-test-event-id-reused', 'EventIdReused', 'Sum', 1],
  ])('%s watches %s', (name, metricName, statistic, threshold) => {
    expect(graph.get(TYPES.alarm, name).inputs).toMatchObject({
      metricName,
      statistic,
      threshold,
      period: 300,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });
});

describe('the role of the processor', () => {
  test('allows exactly what the processor uses', () => {
    expect(statementsOf(graph, PROCESSOR)).toEqual({
      WriteOwnLogs: {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [
          `arn:aws:logs:${REGION_AND_ACCOUNT}:log-group:/aws/lambda/leaderboard-processor-test:*`,
        ],
      },
      XRayHasNoResourceLevelPermissions: {
        Effect: 'Allow',
        Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        Resource: ['*'],
      },
      ConsumeQueue: {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-updates-test.fifo`],
      },
      SendDeadLetters: expect.anything(),
      AppendToLedger: {
        Effect: 'Allow',
        Action: ['dynamodb:PutItem'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-data-test`],
      },
      RememberEventsAndHeads: {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/processed-events-test`],
      },
    });
  });

  test('can be assumed by Lambda only', () => {
    expect(jsonOf(graph.get(TYPES.role, PROCESSOR), 'assumeRolePolicy')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    });
  });

  test('has its policy before the queue is mapped to the function', () => {
    expect(graph.get(TYPES.mapping, 'updates-to-processor-mapping').dependsOn).toEqual([
      'aws:iam/rolePolicy:RolePolicy::updates-to-processor-policy',
    ]);
  });
});
