import { describe, expect, test } from '@jest/globals';

import { TYPES } from '../graph/resource-types.ts';
import {
  graphOf,
  ownStatementsOf,
  readRanksStatements,
  REGION_AND_ACCOUNT,
  statementsOf,
  trustedBy,
  variablesOf,
} from '../testing/program.ts';

const graph = await graphOf();

describe('the snapshotter', () => {
  const NAME = 'standings-snapshotter-test';

  test('runs every minute, one run at a time', () => {
    expect(graph.get(TYPES.schedule, 'standings-snapshot-test').inputs).toMatchObject({
      name: 'standings-snapshot-test',
      groupName: 'leaderboard-test',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:${NAME}`,
        roleArn: 'arn:aws:iam::123456789012:role/standings-snapshot-test',
        input: '{}',
      },
    });
    expect(graph.get(TYPES.function, NAME).inputs).toMatchObject({
      timeout: 60,
      reservedConcurrentExecutions: 1,
      code: { archive: 'standings/snapshotter' },
    });
  });

  test('runs as often as the setting says', async () => {
    const rare = await graphOf({ 'leaderboard:snapshotEveryMinutes': '5' });
    expect(rare.get(TYPES.schedule, 'standings-snapshot-test').inputs).toMatchObject({
      scheduleExpression: 'rate(5 minutes)',
    });
  });

  test('dead-letters runs that do not start or that fail', () => {
    const deadLetters = `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-functions-dlq-test`;
    expect(graph.get(TYPES.schedule, 'standings-snapshot-test').inputs['target']).toMatchObject({
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 },
      deadLetterConfig: { arn: deadLetters },
    });
    const invocation = graph.get(TYPES.invokeConfig, 'standings-snapshot-invocation');
    expect(invocation.inputs).toMatchObject({
      functionName: NAME,
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
      destinationConfig: { onFailure: { destination: deadLetters } },
    });
    expect(statementsOf(graph, 'standings-snapshot-test')).toEqual({
      StartRun: {
        Effect: 'Allow',
        Action: ['lambda:InvokeFunction'],
        Resource: [`arn:aws:lambda:${REGION_AND_ACCOUNT}:function:${NAME}`],
      },
      KeepUndeliveredRuns: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [deadLetters],
      },
    });
    expect(trustedBy(graph, 'standings-snapshot-test')).toBe('scheduler.amazonaws.com');
  });

  test('takes the top 100, keeps dated snapshots 30 days, and has exactly the permissions that it uses', () => {
    expect(variablesOf(graph, NAME)).toMatchObject({
      STANDINGS_TABLE_NAME: 'standings-test',
      RANKS_TABLE_NAME: 'leaderboard-ranks-test',
      RANK_RUNS_BUCKET_NAME: 'rank-runs-test',
      SNAPSHOTS_TABLE_NAME: 'leaderboard-snapshots-test',
      SNAPSHOT_SIZE: '100',
      SNAPSHOT_TTL_DAYS: '30',
    });
    expect(ownStatementsOf(graph, NAME)).toEqual({
      ReadBoardsAndKeepTotals: {
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:UpdateItem'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/standings-test`],
      },
      ...readRanksStatements('rank-runs-test'),
      KeepSnapshots: {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-snapshots-test`],
      },
      KeepFailedRuns: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-functions-dlq-test`],
      },
    });
  });
});

test('snapshots are keyed by leaderboard and time, and dated ones expire', () => {
  expect(graph.get(TYPES.table, 'leaderboard-snapshots-test').inputs).toMatchObject({
    hashKey: 'leaderboard_id',
    rangeKey: 'as_of',
    attributes: [
      { name: 'leaderboard_id', type: 'S' },
      { name: 'as_of', type: 'S' },
    ],
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});
