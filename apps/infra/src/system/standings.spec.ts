import { describe, expect, test } from '@jest/globals';
import { STANDINGS_TABLE } from '@leaderboard/tables';

import { TYPES } from '../graph/resource-types.ts';
import {
  graphOf,
  jsonOf,
  ownStatementsOf,
  QUEUE_URLS,
  REGION_AND_ACCOUNT,
  variablesOf,
} from '../testing/program.ts';

const graph = await graphOf();

test('the standings queue hides an event 6 times as long as the projector may take, for 100 receives', async () => {
  const queue = graph.get(TYPES.queue, 'standings-updates-test.fifo');
  expect(queue.inputs).toMatchObject({
    fifoQueue: true,
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 345_600,
    visibilityTimeoutSeconds: 180,
  });
  expect(jsonOf(queue, 'redrivePolicy')).toEqual({
    deadLetterTargetArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-dlq-test.fifo`,
    maxReceiveCount: 100,
  });
  expect(graph.get(TYPES.queue, 'standings-dlq-test.fifo').inputs).toMatchObject({
    fifoQueue: true,
  });
  const faster = await graphOf({ 'leaderboard:projectorTimeoutSeconds': '5' });
  expect(faster.get(TYPES.queue, 'standings-updates-test.fifo').inputs).toMatchObject({
    visibilityTimeoutSeconds: 30,
  });
});

describe('the projector', () => {
  const NAME = 'standings-projector-test';

  test('is fed in batches of 10 by at most 10 instances, and reports single failures', () => {
    expect(graph.get(TYPES.function, NAME).inputs).toMatchObject({
      memorySize: 512,
      timeout: 30,
      reservedConcurrentExecutions: 10,
      code: { archive: 'standings/projector' },
    });
    expect(graph.get(TYPES.mapping, 'standings-to-projector-mapping').inputs).toMatchObject({
      eventSourceArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-updates-test.fifo`,
      functionName: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:${NAME}`,
      batchSize: 10,
      scalingConfig: { maximumConcurrency: 10 },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('knows its tables, queues and boards', () => {
    expect(variablesOf(graph, NAME)).toEqual({
      LEDGER_TABLE_NAME: 'leaderboard-data-test',
      STANDINGS_TABLE_NAME: 'standings-test',
      RANKS_TABLE_NAME: 'leaderboard-ranks-test',
      RANK_COMPACTOR_FUNCTION_NAME: 'rank-compactor-test',
      QUEUE_URL: `${QUEUE_URLS}/standings-updates-test.fifo`,
      DLQ_URL: `${QUEUE_URLS}/standings-dlq-test.fifo`,
      BOARD_DEFINITIONS: expect.stringMatching(/^\{"default_board":"GLOBAL","boards":\[/),
      POWERTOOLS_SERVICE_NAME: 'standings-projector',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard/test',
    });
  });

  test('has exactly the permissions that it uses', () => {
    expect(ownStatementsOf(graph, NAME)).toEqual({
      ConsumeQueue: {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-updates-test.fifo`],
      },
      RetrySoon: {
        Effect: 'Allow',
        Action: ['sqs:ChangeMessageVisibility'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-updates-test.fifo`],
      },
      SendDeadLetters: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-dlq-test.fifo`],
      },
      RefoldPlayers: {
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:GetItem'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-data-test`],
      },
      CompareSmallLedger: {
        Effect: 'Allow',
        Action: ['dynamodb:Scan'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-data-test`],
      },
      TellTablesApart: {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeTable'],
        Resource: ['leaderboard-data-test', 'standings-test', 'leaderboard-ranks-test'].map(
          (name) => `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/${name}`,
        ),
      },
      KeepStandings: {
        Effect: 'Allow',
        Action: [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:DeleteItem',
        ],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/standings-test`],
      },
      LogMoves: {
        Effect: 'Allow',
        Action: ['dynamodb:PutItem', 'dynamodb:GetItem'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-ranks-test`],
      },
      StartCompactor: {
        Effect: 'Allow',
        Action: ['lambda:InvokeFunction'],
        Resource: [`arn:aws:lambda:${REGION_AND_ACCOUNT}:function:rank-compactor-test`],
      },
    });
  });

  test('every function has the same boards', () => {
    const boards = [
      'standings-projector',
      'rank-compactor',
      'standings-auditor',
      'standings-snapshotter',
      'leaderboard-api',
    ].map((name) => variablesOf(graph, `${name}-test`)['BOARD_DEFINITIONS']);
    expect(new Set(boards).size).toBe(1);
  });
});

test('standings are keyed by player and board window', () => {
  expect(graph.get(TYPES.table, 'standings-test').inputs).toMatchObject({
    hashKey: 'player_id',
    rangeKey: STANDINGS_TABLE.sortKey.name,
    attributes: [{ name: 'player_id', type: 'S' }, STANDINGS_TABLE.sortKey],
    billingMode: 'PAY_PER_REQUEST',
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});

describe('alarms', () => {
  test.each([
    ['standings-updates-test-age', 'ApproximateAgeOfOldestMessage', 'Maximum', 300],
    ['standings-dlq-test-depth', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1],
    ['ledger-to-standings-dlq-test-depth', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1],
    ['standings-functions-dlq-test-depth', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1],
    ['ledger-to-standings-test-failures', 'ExecutionFailed', 'Sum', 1],
    ['standings-projector-test-errors', 'Errors', 'Sum', 1],
    ['standings-projector-test-lag', 'StandingsLag', 'Maximum', 300_000],
    ['rank-compactor-test-errors', 'Errors', 'Sum', 1],
    ['rank-compactor-test-log-length', 'RankLogItems', 'Maximum', 2_000],
    ['rank-compactor-test-log-age', 'RankLogAge', 'Maximum', 1_800_000],
    ['standings-auditor-test-holes', 'StandingsHoles', 'Maximum', 1],
    ['standings-auditor-test-errors', 'Errors', 'Sum', 1],
    ['standings-snapshotter-test-errors', 'Errors', 'Sum', 1],
    ['leaderboard-api-test-errors', 'Errors', 'Sum', 1],
    ['leaderboard-api-test-throttles', 'Throttles', 'Sum', 1],
    ['leaderboard-api-test-url-errors', 'Url5xxCount', 'Sum', 5],
  ])('%s watches %s', (name, metricName, statistic, threshold) => {
    expect(graph.get(TYPES.alarm, name).inputs).toMatchObject({
      metricName,
      statistic,
      threshold,
      period: 300,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });

  test.each([
    'standings-projector',
    'rank-compactor',
    'standings-auditor',
    'standings-snapshotter',
    'leaderboard-api',
  ])('%s writes to a log group that keeps 7 days', (name) => {
    const logGroup = `/aws/lambda/${name}-test`;
    expect(graph.get(TYPES.function, `${name}-test`).inputs['loggingConfig']).toMatchObject({
      logGroup,
    });
    expect(graph.get(TYPES.logGroup, logGroup).inputs).toMatchObject({
      retentionInDays: 7,
    });
  });
});

test('the alarm on lag watches the projector of this stack', () => {
  expect(graph.get(TYPES.alarm, 'standings-projector-test-lag').inputs).toMatchObject({
    namespace: 'Leaderboard/test',
    dimensions: { service: 'standings-projector' },
  });
});
