import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';

const boards = readFileSync(
  createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json'),
  'utf8',
);

const ENVIRONMENT = {
  STANDINGS_TABLE_NAME: 'standings',
  RANK_INDEX_NAME: 'by_rank',
  LEDGER_TABLE_NAME: 'ledger',
  SNAPSHOTS_TABLE_NAME: 'snapshots',
  STANDINGS_QUEUE_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates.fifo',
  STANDINGS_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-dlq.fifo',
  PIPE_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/ledger-to-standings-dlq',
  BOARD_DEFINITIONS: boards,
  POWERTOOLS_SERVICE_NAME: 'leaderboard-api',
  POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
};

test('a complete environment is read', () => {
  const config = readConfig(ENVIRONMENT);
  expect(config).toMatchObject({ rankIndexName: 'by_rank', serviceName: 'leaderboard-api' });
  expect(config.boards.default_board).toBe('GLOBAL');
});

describe.each(Object.keys(ENVIRONMENT))('%s', (variable) => {
  test.each([undefined, '', '  '])('"%s" is refused by name', (value) => {
    expect(() => readConfig({ ...ENVIRONMENT, [variable]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION', variable }),
    );
  });
});

test.each([
  ['STANDINGS_QUEUE_URL', 'standings', /STANDINGS_QUEUE_URL is "standings", not a URL/],
  ['BOARD_DEFINITIONS', '{', /BOARD_DEFINITIONS is not usable/],
  ['BOARD_DEFINITIONS', '{"default_board":"x","boards":[]}', /\/boards/],
])('%s=%s is refused', (variable, value, reason) => {
  expect(() => readConfig({ ...ENVIRONMENT, [variable]: value })).toThrow(reason);
});
