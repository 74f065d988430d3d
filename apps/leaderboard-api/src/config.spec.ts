import { describe, expect, test } from '@jest/globals';
import { readConfig } from './config.ts';
import { ENVIRONMENT } from './testing/environment.ts';

test('a complete environment is read', () => {
  const config = readConfig(ENVIRONMENT);
  expect(config).toMatchObject({
    ranksTableName: ENVIRONMENT.RANKS_TABLE_NAME,
    runsBucketName: ENVIRONMENT.RANK_RUNS_BUCKET_NAME,
    serviceName: 'leaderboard-api',
  });
  expect(config.boards.default_board).toBe('GLOBAL');
});

describe.each(Object.keys(ENVIRONMENT))('%s', (variable) => {
  test.each([undefined, '', '  '])('"%s" is rejected and named', (value) => {
    expect(() => readConfig({ ...ENVIRONMENT, [variable]: value })).toThrow(
      expect.objectContaining({ code: 'InvalidConfiguration', variable }),
    );
  });
});

test.each([
  ['STANDINGS_QUEUE_URL', 'standings', /STANDINGS_QUEUE_URL is "standings", not a URL/],
  ['BOARD_DEFINITIONS', '{', /BOARD_DEFINITIONS is not JSON/],
  ['BOARD_DEFINITIONS', '{"default_board":"x","boards":[]}', /\/boards/],
])('%s=%s is rejected', (variable, value, reason) => {
  expect(() => readConfig({ ...ENVIRONMENT, [variable]: value })).toThrow(reason);
});
