import { describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '@leaderboard/function';
import { readConfig } from './config.ts';
import { BOARD, ENVIRONMENT } from './testing/environment.ts';

test('the environment becomes a typed configuration', () => {
  expect(readConfig(ENVIRONMENT)).toEqual({
    ledgerTableName: 'leaderboard-data-dev',
    processedEventsTableName: 'processed-events-dev',
    deadLetterQueueUrl: ENVIRONMENT.DLQ_URL,
    maxReceiveCount: 3,
    markerTtlSeconds: 5_184_000,
    occurredAtLimits: { maxFutureMs: 300_000, maxPastMs: 3_024_000_000 },
    boards: [{ ...BOARD, shards: 1 }],
    serviceName: 'leaderboard-processor',
    metricsNamespace: 'Leaderboard',
  });
});

describe.each(Object.keys(ENVIRONMENT))('%s', (variable) => {
  test.each([
    ['missing', undefined, 'is not set'],
    ['empty', '', 'is empty'],
    ['blank', ' ', 'is empty'],
  ])('%s is an error that names it and says what to set', (_, value, problem) => {
    const act = () => readConfig({ ...ENVIRONMENT, [variable]: value });
    expect(act).toThrow(ConfigurationError);
    expect(act).toThrow(`Environment variable ${variable} ${problem}. Set it to `);
  });
});

test.each([
  ['MAX_RECEIVE_COUNT', '0'],
  ['MAX_RECEIVE_COUNT', '2.5'],
  ['MARKER_TTL_DAYS', 'sixty'],
  ['OCCURRED_AT_MAX_PAST_DAYS', '-1'],
  ['DLQ_URL', 'leaderboard-dlq-dev.fifo'],
  ['DLQ_URL', 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-dlq-dev'],
])('%s = "%s" is an error that quotes the value', (variable, value) => {
  expect(() => readConfig({ ...ENVIRONMENT, [variable]: value })).toThrow(
    new RegExp(`${variable} is "${value}"`),
  );
});

test.each([
  ['{', 'JSON'],
  [
    JSON.stringify({ default_board: 'GLOBAL', boards: [{ ...BOARD, operator: 'median' }] }),
    'operator',
  ],
])('BOARD_DEFINITIONS = %s is an error that says what is wrong', (value, problem) => {
  const act = () => readConfig({ ...ENVIRONMENT, BOARD_DEFINITIONS: value });
  expect(act).toThrow(ConfigurationError);
  expect(act).toThrow(problem);
});
