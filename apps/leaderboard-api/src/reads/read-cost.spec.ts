import { beforeAll, describe, expect, test } from '@jest/globals';
import { API_METRICS } from '@leaderboard/contracts/metrics';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';
import { NOW_MS } from '../testing/test-tables.ts';

const PLAYERS = 2_000;

const createApi = useApi();

describe.each([1, 4])('on %i shard(s)', (shards) => {
  let api: TestApi;
  /** Read units of one count of the whole index: a rank with its total costs little more. */
  let scan: number;

  beforeAll(async () => {
    api = await createApi([definition({ shards, windows: ['all_time'] })]);
    await api.tables.play(
      Array.from({ length: PLAYERS }, (_, index) => ({
        player_id: `player-${String(index).padStart(6, '0')}`,
        score: 1_000 + index,
        occurred_at: new Date(NOW_MS).toISOString(),
        game_id: 'chess',
      })),
    );
    await api.tables.registerBoards({ GLOBAL: undefined });
    await api.get('/leaderboards');
    scan = api.metrics.take(API_METRICS.readUnits);
    expect(scan).toBeGreaterThan(PLAYERS / 100);
  });

  const friends = Array.from(
    { length: 100 },
    (_, index) => `player-${String(index * 19).padStart(6, '0')}`,
  );

  /** Beyond the scan: half a unit for each item of the page, one for a strong read, and the rounding of each query. */
  test.each([
    ['', 100 * 0.5],
    ['?limit=1', 0.5],
    ['/players/player-000000', 1.5],
    ['/players/player-001999', 1.5],
    ['/players/player-001000/around', 10 * 0.5 + 1.5],
    [`/players?ids=${friends.join(',')}`, 100 * 1.5],
  ])('%s reads every key of the board once', async (route, itemUnits) => {
    await api.get(`/leaderboards/GLOBAL${route}`);
    const units = api.metrics.take(API_METRICS.readUnits);
    const queries = route.includes('ids=') ? 101 : 4;
    expect(units).toBeGreaterThanOrEqual(scan * 0.9);
    expect(units).toBeLessThanOrEqual(scan + itemUnits + queries * shards * 0.5 + 1);
  });
});
