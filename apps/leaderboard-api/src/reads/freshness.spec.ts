import { beforeEach, describe, expect, test } from '@jest/globals';
import { API_METRICS } from '@leaderboard/contracts/metrics';
import type { Item } from '@leaderboard/tables';
import { projectorLag } from './projector-lag.ts';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';
import { NOW_MS, type TestUpdate } from '../testing/test-tables.ts';

const createApi = useApi();
let api: TestApi;

beforeEach(async () => {
  api = await createApi([definition()]);
  await api.tables.play([score('ada', 30), score('bob', 20), score('cy', 10)]);
});

function score(player_id: string, points: number): TestUpdate {
  return { player_id, score: points, occurred_at: '2026-11-21T09:00:00Z', game_id: 'chess' };
}

/** Runs something after the first read of the index, before its response is used. */
function afterIndexRead(happen: () => Promise<void>): void {
  let isDone = false;
  api.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === 'QueryCommand' && 'IndexName' in args.input && !isDone) {
        isDone = true;
        await happen();
      }
      return result;
    },
    { step: 'initialize' },
  );
}

/** Makes the index return its earlier responses, as an index does that lags behind its table. */
async function withStaleIndex(happen: () => Promise<void>, read: () => Promise<void>) {
  const responses = new Map<string, unknown>();
  let isStale = false;
  api.client.middlewareStack.add(
    (next, context) => async (args) => {
      const key = JSON.stringify(args.input);
      if (context.commandName !== 'QueryCommand' || !('IndexName' in args.input)) return next(args);
      const known = responses.get(key);
      if (isStale && known !== undefined) return known as Awaited<ReturnType<typeof next>>;
      const result = await next(args);
      responses.set(key, result);
      return result;
    },
    { step: 'initialize' },
  );
  await read();
  await happen();
  isStale = true;
}

describe('lag', () => {
  test('with an empty queue the lag is that of the last updates; as_of is the start of the read', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_000, 321);
    await api.tables.recordProgress(2, NOW_MS - 58_000, 250);
    await api.tables.recordProgress(3, NOW_MS - 900_000, 99_000);
    const { body } = await api.get('/leaderboards/GLOBAL');
    expect(body).toMatchObject({ as_of: '2026-11-21T10:00:00.000Z', lag_ms: 321, exact: true });
    expect(api.metrics.take(API_METRICS.lag)).toBe(321);
  });

  test('a minute after the last update, the lag is the time to reach the queue', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_001, 9_000, 120);
    await api.tables.recordProgress(2, NOW_MS - 61_000, 8_000, 140);
    expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ lag_ms: 140 });
  });

  test('while updates wait, the lag is the age of the oldest update of the last batch', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_000, 300);
    api.isQueueEmpty = () => Promise.resolve(false);
    const { body } = await api.get('/leaderboards/GLOBAL/players/ada');
    expect(body).toMatchObject({ lag_ms: 60_300, exact: true });
  });

  test('if the queue cannot be read, the greater lag counts and the read succeeds', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_000, 300);
    api.isQueueEmpty = () => Promise.reject(new Error('no permission'));
    expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ lag_ms: 60_300 });
  });

  test.each([true, false])(
    'before the first batch the lag is unknown, so nothing is exact (queue empty: %s)',
    async (isQueueEmpty) => {
      await api.tables.forgetProgress();
      api.isQueueEmpty = () => Promise.resolve(isQueueEmpty);
      expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ exact: false });
      expect(api.metrics.take(API_METRICS.inexact)).toBe(1);
    },
  );

  test('the depth of the queue is read once a second', async () => {
    let requests = 0;
    api.isQueueEmpty = () => Promise.resolve((requests += 1) > 0);
    await api.get('/leaderboards/GLOBAL');
    api.clockMs += 999;
    await api.get('/leaderboards/GLOBAL');
    expect(requests).toBe(1);
    api.clockMs += 1;
    await api.get('/leaderboards/GLOBAL');
    expect(requests).toBe(2);
  });

  test('a clock behind that of the ledger gives no negative lag', () => {
    const note = { recordedAt: 50, ledgerTimestamp: 900, lagMs: 0, arrivalMs: 0 };
    expect(projectorLag([note], 100, false)).toBe(0);
  });
});

describe('exact', () => {
  test('a player that moves while a page is read keeps the score of the place', async () => {
    afterIndexRead(() => api.tables.play([score('cy', 100)]));
    const { body } = await api.get('/leaderboards/GLOBAL');
    expect(body.entries.map((entry: { score: string }) => entry.score)).toEqual(['30', '20', '10']);
    expect(body.entries[2]).toMatchObject({ rank: 3, player_id: 'cy', updates: 2 });
    expect(body).toMatchObject({ total: 3, exact: false });
  });

  test('a standing that is removed while a page is read is left out', async () => {
    afterIndexRead(() => api.tables.removeStanding('bob', 'GLOBAL#all_time'));
    const { body } = await api.get('/leaderboards/GLOBAL');
    const places = body.entries.map((one: { rank: number; player_id: string }) => [
      one.rank,
      one.player_id,
    ]);
    expect(places).toEqual([
      [1, 'ada'],
      [3, 'cy'],
    ]);
    expect(body.exact).toBe(false);
  });

  test("a player's own place comes from the table, even while the index has the former one", async () => {
    const url = '/leaderboards/GLOBAL/players/ada';
    await withStaleIndex(
      () => api.tables.play([score('ada', -15)]),
      async () => void (await api.get(url)),
    );
    // Ada, with 15, is second: her former key, with 30, does not count as another player.
    const { body } = await api.get(url);
    expect(body).toMatchObject({ rank: 2, score: '15', total: 3 });
  });

  test('exact is false while the index does not list a player where the table has it', async () => {
    const { tables, client } = api;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        const isProbe = JSON.stringify(args.input).includes('#sk = :sk');
        if (context.commandName === 'QueryCommand' && isProbe) {
          (result.output as { Count: number }).Count = 0;
        }
        return result;
      },
      { step: 'initialize' },
    );
    await tables.play([score('bob', 1)]);
    for (const route of ['/bob', '/bob/around', '?ids=bob,cy']) {
      const { body } = await api.get(`/leaderboards/GLOBAL/players${route}`);
      expect(body).toMatchObject({ total: 3, exact: false });
    }
  });

  test('around lists a player once, even if the index still has the former place', async () => {
    const stale: Item[] = [];
    const { client, tables } = api;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        const { output } = result as { output: { Items?: Item[] } };
        const isList =
          context.commandName === 'QueryCommand' &&
          JSON.stringify(args.input).includes('#sk > :sk') &&
          !('Select' in args.input);
        if (isList) output.Items = [...stale, ...(output.Items ?? [])];
        return result;
      },
      { step: 'initialize' },
    );
    await tables.play([score('bob', 50)]);
    stale.push({
      player_id: 'bob',
      board_window: 'GLOBAL#all_time',
      rank_key: 'nr79999999#pd1795251600000#bob',
    });
    const { body } = await api.get('/leaderboards/GLOBAL/players/bob/around?limit=2');
    expect(body.entries.map((one: { player_id: string }) => one.player_id)).toEqual([
      'bob',
      'ada',
      'cy',
    ]);
    expect(body.total).toBe(3);
  });

  test('standings of another definition are not exact', async () => {
    expect((await api.get('/leaderboards/GLOBAL')).body.exact).toBe(true);
    await api.tables.refoldUnder('0'.repeat(16), 'ada', 'GLOBAL#all_time');
    for (const route of ['', '/players/ada', '/players/ada/around', '/players?ids=ada']) {
      expect((await api.get(`/leaderboards/GLOBAL${route}`)).body.exact).toBe(false);
    }
  });
});
