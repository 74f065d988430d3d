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
    expect(fn.dependsOn).toContain('aws:iam/rolePolicy:RolePolicy::leaderboard-processor-policy');
  });

  test('keeps embedded metrics at every log level, and logs nothing of Lambda about invocations that succeed', async () => {
    const quiet = await graphOf({ 'leaderboard:processorLogLevel': 'ERROR' });
    expect(quiet.get(TYPES.function, PROCESSOR).inputs).toMatchObject({
      environment: { variables: { POWERTOOLS_LOG_LEVEL: 'ERROR' } },
      loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'TRACE', systemLogLevel: 'WARN' },
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
      ReadEndOfLedger: {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:Query'],
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
