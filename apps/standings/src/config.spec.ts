import { describe, expect, test } from '@jest/globals';
import {
  readAuditorConfig,
  readCompactorConfig,
  readProjectorConfig,
  readSnapshotterConfig,
} from './config.ts';

const BOARDS = {
  default_board: 'GLOBAL',
  boards: [
    {
      id: 'GLOBAL',
      scope: 'all_games',
      operator: 'sum',
      order: 'desc',
      tie_break: 'earliest',
      windows: ['all_time'],
    },
  ],
};

const ENVIRONMENT = {
  LEDGER_TABLE_NAME: 'leaderboard-data-dev',
  STANDINGS_TABLE_NAME: 'standings-dev',
  RANKS_TABLE_NAME: 'leaderboard-ranks-dev',
  RANK_RUNS_BUCKET_NAME: 'rank-runs-dev',
  RANK_COMPACTOR_FUNCTION_NAME: 'rank-compactor-dev',
  QUEUE_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates-dev.fifo',
  DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-dlq-dev.fifo',
  PROCESSED_EVENTS_TABLE_NAME: 'processed-events-dev',
  PIPE_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/ledger-to-standings-dlq-dev',
  SNAPSHOTS_TABLE_NAME: 'leaderboard-snapshots-dev',
  SNAPSHOT_SIZE: '100',
  SNAPSHOT_TTL_DAYS: '30',
  BOARD_DEFINITIONS: JSON.stringify(BOARDS),
  POWERTOOLS_SERVICE_NAME: 'standings',
  POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
};

describe('the projector', () => {
  test('reads its environment', () => {
    expect(readProjectorConfig(ENVIRONMENT)).toMatchObject({
      ledgerTableName: 'leaderboard-data-dev',
      standingsTableName: 'standings-dev',
      ranksTableName: 'leaderboard-ranks-dev',
      compactorFunctionName: 'rank-compactor-dev',
      queueUrl: ENVIRONMENT.QUEUE_URL,
      deadLetterQueueUrl: ENVIRONMENT.DLQ_URL,
      boards: { boards: [{ id: 'GLOBAL', shards: 1 }] },
    });
  });

  test.each([
    'LEDGER_TABLE_NAME',
    'STANDINGS_TABLE_NAME',
    'RANKS_TABLE_NAME',
    'RANK_COMPACTOR_FUNCTION_NAME',
    'QUEUE_URL',
    'DLQ_URL',
    'BOARD_DEFINITIONS',
    'POWERTOOLS_SERVICE_NAME',
    'POWERTOOLS_METRICS_NAMESPACE',
  ])('does not start without %s, or with an empty one', (variable) => {
    expect(() => readProjectorConfig({ ...ENVIRONMENT, [variable]: undefined })).toThrow(
      `Environment variable ${variable} is not set. Set it to`,
    );
    expect(() => readProjectorConfig({ ...ENVIRONMENT, [variable]: ' ' })).toThrow(
      `Environment variable ${variable} is empty. Set it to`,
    );
  });

  test('names what is wrong with a board definition', () => {
    const boards = [{ ...BOARDS.boards[0], operator: 'median' }];
    const environment = {
      ...ENVIRONMENT,
      BOARD_DEFINITIONS: JSON.stringify({ ...BOARDS, boards }),
    };
    expect(() => readProjectorConfig(environment)).toThrow(
      '/boards/0/operator is "median"; use one of best, last, sum, count, min, max',
    );
    expect(() => readProjectorConfig({ ...ENVIRONMENT, BOARD_DEFINITIONS: '{' })).toThrow(
      'BOARD_DEFINITIONS is not JSON',
    );
  });
});

describe('the auditor', () => {
  test('reads its environment', () => {
    expect(readAuditorConfig(ENVIRONMENT)).toMatchObject({
      ledgerTableName: 'leaderboard-data-dev',
      processedEventsTableName: 'processed-events-dev',
      standingsTableName: 'standings-dev',
      ranksTableName: 'leaderboard-ranks-dev',
      pipeDeadLetterQueueUrl: ENVIRONMENT.PIPE_DLQ_URL,
    });
    expect(() => readAuditorConfig({ ...ENVIRONMENT, PIPE_DLQ_URL: '' })).toThrow(
      'Environment variable PIPE_DLQ_URL is empty. Set it to',
    );
  });
});

describe('the compactor', () => {
  test('reads its environment', () => {
    expect(readCompactorConfig(ENVIRONMENT)).toMatchObject({
      standingsTableName: 'standings-dev',
      ranksTableName: 'leaderboard-ranks-dev',
      runsBucketName: 'rank-runs-dev',
    });
    expect(() => readCompactorConfig({ ...ENVIRONMENT, RANK_RUNS_BUCKET_NAME: '' })).toThrow(
      'Environment variable RANK_RUNS_BUCKET_NAME is empty. Set it to',
    );
  });
});

describe('the snapshotter', () => {
  test('reads its environment', () => {
    expect(readSnapshotterConfig(ENVIRONMENT)).toMatchObject({
      snapshotsTableName: 'leaderboard-snapshots-dev',
      runsBucketName: 'rank-runs-dev',
      snapshotSize: 100,
      snapshotTtlSeconds: 30 * 86_400,
    });
  });

  test.each([
    ['SNAPSHOT_SIZE', '0'],
    ['SNAPSHOT_SIZE', '1001'],
    ['SNAPSHOT_SIZE', '1e2'],
    ['SNAPSHOT_TTL_DAYS', '-1'],
  ])('does not start with %s=%s', (variable, value) => {
    expect(() => readSnapshotterConfig({ ...ENVIRONMENT, [variable]: value })).toThrow(
      `Environment variable ${variable} is "${value}", not a whole number from 1 to`,
    );
  });
});
