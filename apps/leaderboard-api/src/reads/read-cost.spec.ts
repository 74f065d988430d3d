import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { METRIC_NAMES } from '../metric-names.ts';
import { startDynamoDbEngine, type DynamoDbEngine } from '../testing/dynamodb-engine.ts';
import { definition, TestApi } from '../testing/test-api.ts';
import { NOW_MS } from '../testing/test-tables.ts';

const PLAYERS = 2_000;

let engine: DynamoDbEngine;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(async () => {
  await engine.stop();
});

describe.each([1, 4])('on %i shard(s)', (shards) => {
  let api: TestApi;
  /** Read units of one count of the whole index: what a rank with its total must cost, and little more. */
  let scan: number;

  beforeAll(async () => {
    api = await TestApi.create(engine, [definition({ shards, windows: ['all_time'] })]);
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
    scan = api.metrics.take(METRIC_NAMES.readUnits);
    expect(scan).toBeGreaterThan(PLAYERS / 100);
  });

  const friends = Array.from(
    { length: 100 },
    (_, index) => `player-${String(index * 19).padStart(6, '0')}`,
  );

  /** Above the scan: half a unit for each item of the page, a unit for one that is strongly read, the rounding of each query. */
  test.each([
    ['', 100 * 0.5],
    ['?limit=1', 0.5],
    ['/players/player-000000', 1.5],
    ['/players/player-001999', 1.5],
    ['/players/player-001000/around', 10 * 0.5 + 1.5],
    [`/players?ids=${friends.join(',')}`, 100 * 1.5],
  ])('%s reads every key of the board once', async (route, itemUnits) => {
    await api.get(`/leaderboards/GLOBAL${route}`);
    const units = api.metrics.take(METRIC_NAMES.readUnits);
    const queries = route.includes('ids=') ? 101 : 4;
    expect(units).toBeGreaterThanOrEqual(scan * 0.9);
    expect(units).toBeLessThanOrEqual(scan + itemUnits + queries * shards * 0.5 + 1);
  });
});
