import { describe, expect, test } from '@jest/globals';

import { TYPES } from '../graph/resource-types.ts';
import { graphOf, ownStatementsOf, REGION_AND_ACCOUNT, variablesOf } from '../testing/program.ts';

const NAME = 'standings-auditor-test';
const graph = await graphOf();

describe('the auditor', () => {
  test('runs every minute, one run at a time; a run that fails is left to the next one', () => {
    expect(graph.get(TYPES.schedule, 'standings-audit-test').inputs).toMatchObject({
      scheduleExpression: 'rate(1 minute)',
      target: {
        deadLetterConfig: { arn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-functions-dlq-test` },
      },
    });
    expect(graph.get(TYPES.function, NAME).inputs).toMatchObject({
      memorySize: 512,
      timeout: 60,
      reservedConcurrentExecutions: 1,
    });
  });

  test('knows its tables, the dead-letter queue of the pipe and the boards', () => {
    expect(variablesOf(graph, NAME)).toMatchObject({
      LEDGER_TABLE_NAME: 'leaderboard-data-test',
      PROCESSED_EVENTS_TABLE_NAME: 'processed-events-test',
      STANDINGS_TABLE_NAME: 'standings-test',
      RANKS_TABLE_NAME: 'leaderboard-ranks-test',
      PIPE_DLQ_URL: expect.stringContaining('ledger-to-standings-dlq-test'),
    });
  });

  test('may compare and fold players, keep holes and take dead letters, and no more', () => {
    const table = (name: string) => `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/${name}-test`;
    expect(ownStatementsOf(graph, NAME)).toEqual({
      TakePipeDeadLetters: {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:ledger-to-standings-dlq-test`],
      },
      FindPlayersBehind: {
        Effect: 'Allow',
        Action: ['dynamodb:Scan'],
        Resource: [table('processed-events')],
      },
      RefoldPlayers: {
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:GetItem'],
        Resource: [table('leaderboard-data')],
      },
      KeepStandingsAndHoles: {
        Effect: 'Allow',
        Action: [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:DeleteItem',
        ],
        Resource: [table('standings')],
      },
      LogMoves: {
        Effect: 'Allow',
        Action: ['dynamodb:PutItem', 'dynamodb:GetItem'],
        Resource: [table('leaderboard-ranks')],
      },
      KeepFailedRuns: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-functions-dlq-test`],
      },
    });
  });
});
