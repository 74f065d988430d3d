import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A complete environment of the function. */
export const ENVIRONMENT = {
  STANDINGS_TABLE_NAME: 'standings',
  RANKS_TABLE_NAME: 'ranks',
  RANK_RUNS_BUCKET_NAME: 'rank-runs',
  LEDGER_TABLE_NAME: 'ledger',
  SNAPSHOTS_TABLE_NAME: 'snapshots',
  STANDINGS_QUEUE_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates.fifo',
  PIPE_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/ledger-to-standings-dlq',
  BOARD_DEFINITIONS: readFileSync(
    createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json'),
    'utf8',
  ),
  POWERTOOLS_SERVICE_NAME: 'leaderboard-api',
  POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
};
