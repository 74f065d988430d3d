import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { type ConfigSources, resolveStackConfig } from './config/stack-config.ts';
import { TYPES_WITHOUT_TAGS } from './policy/tag-rules.ts';
import { deploy } from './program.ts';
import { collectGraph, type DeclaredResource, type ResourceGraph } from './graph/resource-graph.ts';
import { sampleSite } from './testing/sample-site.ts';
import { WORKSPACE_ROOT } from './workspace.ts';

const QUEUE = 'aws:sqs/queue:Queue';
const TABLE = 'aws:dynamodb/table:Table';
const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const FUNCTION = 'aws:lambda/function:Function';
const MAPPING = 'aws:lambda/eventSourceMapping:EventSourceMapping';
const ARN = 'us-west-1:123456789012';
const PROCESSOR = 'leaderboard-processor-test';

function graphOf(
  stackConfig: ConfigSources['stackConfig'] = {},
  suffix = 'test',
): Promise<ResourceGraph> {
  const environment = { ENVIRONMENT_SUFFIX: suffix };
  const config = resolveStackConfig({ stack: 'dev', stackConfig, environment });
  return collectGraph(() =>
    deploy(config, (app, name) => join(WORKSPACE_ROOT, app, name), sampleSite),
  );
}

let graph: ResourceGraph;
beforeAll(async () => {
  graph = await graphOf();
});

test('the main queue is FIFO, high throughput, encrypted, with the required times', () => {
  expect(graph.get(QUEUE, 'leaderboard-updates-test.fifo').inputs).toMatchObject({
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
  expect(graph.get(QUEUE, 'leaderboard-updates-test.fifo').inputs['maxMessageSize']).toBe(65_536);
  expect(graph.get(QUEUE, 'leaderboard-dlq-test.fifo').inputs['maxMessageSize']).toBeUndefined();
});

test('the main queue redrives to the dead-letter queue after 3 receives', () => {
  expect(json(graph.get(QUEUE, 'leaderboard-updates-test.fifo'), 'redrivePolicy')).toEqual({
    deadLetterTargetArn: `arn:aws:sqs:${ARN}:leaderboard-dlq-test.fifo`,
    maxReceiveCount: 3,
  });
});

test('the dead-letter queue is FIFO and keeps 14 days', () => {
  const dlq = graph.get(QUEUE, 'leaderboard-dlq-test.fifo');
  expect(dlq.inputs).toMatchObject({
    fifoQueue: true,
    contentBasedDeduplication: true,
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 1_209_600,
    visibilityTimeoutSeconds: 300,
  });
  expect(dlq.inputs['redrivePolicy']).toBeUndefined();
});

test('only the main queue may use the dead-letter queue', () => {
  const allow = graph.get(
    'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
    'leaderboard-updates-dlq-sources',
  );
  expect(allow.inputs['queueUrl']).toMatch(/leaderboard-dlq-test\.fifo$/);
  expect(json(allow, 'redriveAllowPolicy')).toEqual({
    redrivePermission: 'byQueue',
    sourceQueueArns: [`arn:aws:sqs:${ARN}:leaderboard-updates-test.fifo`],
  });
});

test('both queues refuse requests without TLS', () => {
  const policies = graph.ofType('aws:sqs/queuePolicy:QueuePolicy').map((p) => json(p, 'policy'));
  for (const queue of ['leaderboard-updates-test.fifo', 'leaderboard-dlq-test.fifo']) {
    expect(policies).toContainEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: `arn:aws:sqs:${ARN}:${queue}`,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  }
});

describe('the processor', () => {
  test('has the required size, concurrency, runtime and tracing', () => {
    expect(graph.get(FUNCTION, PROCESSOR).inputs).toMatchObject({
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

  test('is told its tables, its dead-letter queue and its limits', () => {
    expect(graph.get(FUNCTION, PROCESSOR).inputs['environment']).toEqual({
      variables: {
        NODE_OPTIONS: '--enable-source-maps',
        DYNAMODB_TABLE_NAME: 'leaderboard-data-test',
        PROCESSED_EVENTS_TABLE_NAME: 'processed-events-test',
        DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-dlq-test.fifo',
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

  test('is told the receive count that the queue really has', async () => {
    const changed = await graphOf({ 'leaderboard:maxReceiveCount': '7' });
    expect(changed.get(FUNCTION, PROCESSOR).inputs['environment']).toMatchObject({
      variables: { MAX_RECEIVE_COUNT: '7' },
    });
    expect(
      json(changed.get(QUEUE, 'leaderboard-updates-test.fifo'), 'redrivePolicy'),
    ).toMatchObject({ maxReceiveCount: 7 });
  });

  test('runs the bundle that was built for it', () => {
    expect(graph.get(FUNCTION, PROCESSOR).inputs['code']).toEqual({
      archive: 'processor/processor',
    });
  });

  test('sets no concurrency aside when the stack says none', async () => {
    const none = await graphOf({ 'leaderboard:processorReservedConcurrency': 'none' });
    expect(none.get(FUNCTION, PROCESSOR).inputs).not.toHaveProperty('reservedConcurrentExecutions');
  });
});

test('the mapping takes batches of 10, keeps 10 instances busy and reports single failures', () => {
  expect(graph.get(MAPPING, 'updates-to-processor-mapping').inputs).toMatchObject({
    eventSourceArn: `arn:aws:sqs:${ARN}:leaderboard-updates-test.fifo`,
    functionName: `arn:aws:lambda:${ARN}:function:leaderboard-processor-test`,
    batchSize: 10,
    scalingConfig: { maximumConcurrency: 10 },
    functionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('the mapping has no batching window, which a FIFO queue does not allow', () => {
  expect(graph.get(MAPPING, 'updates-to-processor-mapping').inputs).not.toHaveProperty(
    'maximumBatchingWindowInSeconds',
  );
});

test('the ledger has its keys, is on demand, recoverable, encrypted, and streams both images', () => {
  expect(graph.get(TABLE, 'leaderboard-data-test').inputs).toMatchObject({
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
  expect(graph.get(TABLE, 'leaderboard-data-test').inputs).not.toHaveProperty('ttl');
});

test('processed-events is keyed by player and event, and forgets by expires_at', () => {
  expect(graph.get(TABLE, 'processed-events-test').inputs).toMatchObject({
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

test('outside of dev the tables refuse deletion and outlive the stack, in dev they go with it', async () => {
  for (const [suffix, kept] of [
    ['staging', true],
    ['dev', false],
  ] as const) {
    const tables = (await graphOf({}, suffix)).ofType(TABLE);
    expect(tables).toHaveLength(6);
    for (const table of tables) {
      expect(table.retained).toBe(kept);
      expect(table.inputs['deletionProtectionEnabled']).toBe(kept);
    }
  }
});

test('tables that a destroyed stack left behind are taken over when the stack says so', async () => {
  const adopting = await graphOf({ 'leaderboard:adoptTables': 'true' });
  expect(
    adopting
      .ofType(TABLE)
      .map((table) => table.adopted)
      .sort(),
  ).toEqual([
    'idempotency-keys-test',
    'leaderboard-data-test',
    'leaderboard-snapshots-test',
    'processed-events-test',
    'standings-test',
    'transaction-events-test',
  ]);
  for (const table of graph.ofType(TABLE)) expect(table).not.toHaveProperty('adopted');
});

test('the processor may send dead letters to the queue that it is told', () => {
  expect(statement('SendDeadLetters')).toEqual({
    Effect: 'Allow',
    Action: ['sqs:SendMessage'],
    Resource: [`arn:aws:sqs:${ARN}:leaderboard-dlq-test.fifo`],
  });
});

describe('the log group', () => {
  test('has the required name and keeps 7 days', () => {
    expect(
      graph.get('aws:cloudwatch/logGroup:LogGroup', `/aws/lambda/${PROCESSOR}`).inputs,
    ).toMatchObject({
      name: '/aws/lambda/leaderboard-processor-test',
      retentionInDays: 7,
    });
  });

  test('is the one that the function writes to, and may write to before it first runs', () => {
    const fn = graph.get(FUNCTION, PROCESSOR);
    expect(fn.inputs['loggingConfig']).toMatchObject({
      logGroup: '/aws/lambda/leaderboard-processor-test',
    });
    expect(fn.dependsOn).toEqual(['aws:iam/rolePolicy:RolePolicy::leaderboard-processor-policy']);
  });

  test('loses no embedded metrics to a log level that Lambda filters by', async () => {
    const quiet = await graphOf({ 'leaderboard:processorLogLevel': 'ERROR' });
    expect(quiet.get(FUNCTION, PROCESSOR).inputs).toMatchObject({
      environment: { variables: { POWERTOOLS_LOG_LEVEL: 'ERROR' } },
      loggingConfig: { logFormat: 'Text' },
    });
  });
});

describe('alarms', () => {
  test('the dead-letter alarm fires at 10 messages, not above', () => {
    expect(graph.get(ALARM, 'leaderboard-dlq-test-depth').inputs).toMatchObject({
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
    expect(graph.get(ALARM, name).inputs).toMatchObject({
      metricName,
      statistic,
      threshold,
      period: 300,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test('tell the SNS topic of the stack, or nobody', async () => {
    const topic = 'arn:aws:sns:us-west-1:123456789012:pager';
    const paged = await graphOf({ 'leaderboard:alarmTopicArn': topic });
    for (const alarm of paged.ofType(ALARM)) {
      expect(alarm.inputs).toMatchObject({ alarmActions: [topic], okActions: [topic] });
    }
    for (const alarm of graph.ofType(ALARM)) {
      expect(alarm.inputs).toMatchObject({ alarmActions: [], okActions: [] });
    }
  });
});

describe('the role of the processor', () => {
  test('allows exactly what the processor uses', () => {
    expect(allStatements()).toEqual({
      WriteOwnLogs: {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [`arn:aws:logs:${ARN}:log-group:/aws/lambda/leaderboard-processor-test:*`],
      },
      XRayHasNoResourceLevelPermissions: {
        Effect: 'Allow',
        Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        Resource: ['*'],
      },
      ConsumeQueue: {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: [`arn:aws:sqs:${ARN}:leaderboard-updates-test.fifo`],
      },
      SendDeadLetters: expect.anything(),
      AppendToLedger: {
        Effect: 'Allow',
        Action: ['dynamodb:PutItem'],
        Resource: [`arn:aws:dynamodb:${ARN}:table/leaderboard-data-test`],
      },
      RememberEventsAndHeads: {
        Effect: 'Allow',
        Action: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
        Resource: [`arn:aws:dynamodb:${ARN}:table/processed-events-test`],
      },
    });
  });

  test('can be taken on by Lambda only', () => {
    expect(json(graph.get('aws:iam/role:Role', PROCESSOR), 'assumeRolePolicy')).toEqual({
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

  test('is complete before the queue is mapped to the function', () => {
    expect(graph.get(MAPPING, 'updates-to-processor-mapping').dependsOn).toEqual([
      'aws:iam/rolePolicy:RolePolicy::updates-to-processor-policy',
    ]);
  });
});

describe('tags', () => {
  test('every taggable resource carries Environment and Purpose', () => {
    const taggable = graph.resources.filter(
      ({ type }) => type.startsWith('aws:') && !TYPES_WITHOUT_TAGS.includes(type),
    );
    expect(taggable.length).toBeGreaterThan(10);
    for (const { name, inputs } of taggable) {
      expect({ name, tags: inputs['tags'] }).toEqual({
        name,
        tags: { Environment: 'test', Purpose: 'Gaming-Leaderboard-System' },
      });
    }
  });

  test('the region is us-west-1 by default and set in the program', async () => {
    const type = 'pulumi:providers:aws';
    expect(graph.get(type).inputs).toMatchObject({ region: 'us-west-1' });
    const other = await graphOf({ 'aws:region': 'eu-west-1' });
    expect(other.get(type).inputs).toMatchObject({ region: 'eu-west-1' });
  });
});

test('the outputs have their names and point at the resources', () => {
  const queues = 'https://sqs.us-west-1.amazonaws.com/123456789012';
  expect(graph.outputs).toMatchObject({
    main_queue_url: `${queues}/leaderboard-updates-test.fifo`,
    dlq_url: `${queues}/leaderboard-dlq-test.fifo`,
    dynamodb_table_name: 'leaderboard-data-test',
    processed_events_table_name: 'processed-events-test',
    lambda_function_name: 'leaderboard-processor-test',
    dlq_alarm_name: 'leaderboard-dlq-test-depth',
    leaderboard_url: 'https://leaderboard-api-url.lambda-url.us-west-1.on.aws/',
    dashboard_url: 'https://d111111abcdef8.cloudfront.net',
    standings_table_name: 'standings-test',
    snapshots_table_name: 'leaderboard-snapshots-test',
    standings_queue_url: `${queues}/standings-updates-test.fifo`,
    standings_dlq_url: `${queues}/standings-dlq-test.fifo`,
    snapshotter_function_name: 'standings-snapshotter-test',
    snapshotter_schedule_name: 'standings-snapshot-test',
    board_definitions: expect.stringContaining('"default_board":"GLOBAL"'),
  });
});

test('scheduled work is in a schedule group of the stack', () => {
  expect(graph.get('aws:scheduler/scheduleGroup:ScheduleGroup').inputs).toMatchObject({
    name: 'leaderboard-test',
  });
  for (const schedule of graph.ofType('aws:scheduler/schedule:Schedule')) {
    expect(schedule.inputs).toMatchObject({ groupName: 'leaderboard-test' });
  }
});

test('every resource belongs to a component, and only the schedule group stands alone', () => {
  const roots = graph.resources.filter(
    (r) => !r.component && (r.parent?.startsWith('pulumi:pulumi:Stack') ?? true),
  );
  expect(roots.map((r) => r.type).sort()).toEqual([
    'aws:scheduler/scheduleGroup:ScheduleGroup',
    'pulumi:providers:aws',
  ]);
});

function json(resource: DeclaredResource, property: string): unknown {
  return JSON.parse(String(resource.inputs[property]));
}

/** All statements of the processor's role by their ids. */
function allStatements(): Record<string, unknown> {
  return Object.fromEntries(
    graph
      .ofType('aws:iam/rolePolicy:RolePolicy')
      .filter((policy) => policy.inputs['role'] === 'leaderboard-processor-test')
      .flatMap((policy) => (json(policy, 'policy') as { Statement: { Sid: string }[] }).Statement)
      .map(({ Sid, ...rest }) => [Sid, rest]),
  );
}

function statement(sid: string): unknown {
  return allStatements()[sid];
}
