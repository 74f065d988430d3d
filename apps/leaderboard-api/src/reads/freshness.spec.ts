import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Item } from './attributes.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import { projectorLag } from './projector-lag.ts';
import { startDynamoDbEngine, type DynamoDbEngine } from '../testing/dynamodb-engine.ts';
import { definition, TestApi } from '../testing/test-api.ts';
import { NOW_MS, type TestUpdate } from '../testing/test-tables.ts';

let engine: DynamoDbEngine;
let api: TestApi;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(async () => {
  await engine.stop();
});
beforeEach(async () => {
  api = await TestApi.create(engine, [definition()]);
  await api.tables.play([score('ada', 30), score('bob', 20), score('cy', 10)]);
});

function score(player_id: string, points: number): TestUpdate {
  return { player_id, score: points, occurred_at: '2026-11-21T09:00:00Z', game_id: 'chess' };
}

/** Lets something happen after the index was first asked, before its answer is seen. */
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

/** Makes the index show what it showed before, as one does that lags behind its table. */
async function withStaleIndex(happen: () => Promise<void>, read: () => Promise<void>) {
  const answers = new Map<string, unknown>();
  let isRebuilding = false;
  api.client.middlewareStack.add(
    (next, context) => async (args) => {
      const key = JSON.stringify(args.input);
      if (context.commandName !== 'QueryCommand' || !('IndexName' in args.input)) return next(args);
      const known = answers.get(key);
      if (isRebuilding && known !== undefined) return known as Awaited<ReturnType<typeof next>>;
      const result = await next(args);
      answers.set(key, result);
      return result;
    },
    { step: 'initialize' },
  );
  await read();
  await happen();
  isRebuilding = true;
}

describe('lag', () => {
  test('as_of is when the read started; with an empty queue the lag is that of the last updates', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_000, 321);
    await api.tables.recordProgress(2, NOW_MS - 58_000, 250);
    await api.tables.recordProgress(3, NOW_MS - 900_000, 99_000);
    const { body } = await api.get('/leaderboards/GLOBAL');
    expect(body).toMatchObject({ as_of: '2026-11-21T10:00:00.000Z', lag_ms: 321, exact: true });
    expect(api.metrics.take(METRIC_NAMES.lag)).toBe(321);
  });

  test('a minute after the last update, only what has not reached the queue may be missing', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_001, 9_000, 120);
    await api.tables.recordProgress(2, NOW_MS - 61_000, 8_000, 140);
    expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ lag_ms: 140 });
  });

  test('while updates wait, the lag is the time since the oldest of the last that were folded in', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_000, 300);
    api.isQueueEmpty = () => Promise.resolve(false);
    const { body } = await api.get('/leaderboards/GLOBAL/players/ada');
    expect(body).toMatchObject({ lag_ms: 60_300, exact: true });
  });

  test('a queue that cannot be read makes the lag greater; the read does not fail', async () => {
    await api.tables.recordProgress(1, NOW_MS - 60_000, 300);
    api.isQueueEmpty = () => Promise.reject(new Error('no permission'));
    expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ lag_ms: 60_300 });
  });

  test.each([true, false])(
    'none was ever folded in (queue empty: %s): the lag cannot be told, so nothing is exact',
    async (isQueueEmpty) => {
      await api.tables.forgetProgress();
      api.isQueueEmpty = () => Promise.resolve(isQueueEmpty);
      expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ exact: false });
      expect(api.metrics.take(METRIC_NAMES.inexact)).toBe(1);
    },
  );

  test('the queue is asked once a second', async () => {
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

  test('a clock that runs behind that of the ledger gives no negative lag', () => {
    const note = { recordedAt: 50, ledgerTimestamp: 900, lagMs: 0, arrivalMs: 0 };
    expect(projectorLag([note], 100, false)).toBe(0);
  });
});

describe('exact', () => {
  test('a player that moves while a page is read keeps the score that belongs to the place', async () => {
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

  test("a player's own place comes from the table, also while the index still has the former one", async () => {
    const url = '/leaderboards/GLOBAL/players/ada';
    await withStaleIndex(
      () => api.tables.play([score('ada', -15)]),
      async () => void (await api.get(url)),
    );
    // Ada, with 15, is second; her former key, with 30, is not counted as somebody ahead.
    const { body } = await api.get(url);
    expect(body).toMatchObject({ rank: 2, score: '15', total: 3 });
  });

  test('exact is false while the index does not list a player where the table has it', async () => {
    const { tables, client } = api;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        const isProbe = JSON.stringify(args.input).includes('rank_key = :key');
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

  test('around a player whose former place is still in the index, the player is there once', async () => {
    const stale: Item[] = [];
    const { client, tables } = api;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        const { output } = result as { output: { Items?: Item[] } };
        const isList =
          context.commandName === 'QueryCommand' &&
          JSON.stringify(args.input).includes('rank_key > :beyond');
        if (isList) output.Items = [...stale, ...(output.Items ?? [])];
        return result;
      },
      { step: 'initialize' },
    );
    await tables.play([score('bob', 50)]);
    stale.push({ player_id: { S: 'bob' }, rank_key: { S: 'nr79999999#pd1795251600000#bob' } });
    const { body } = await api.get('/leaderboards/GLOBAL/players/bob/around?limit=2');
    expect(body.entries.map((one: { player_id: string }) => one.player_id)).toEqual([
      'bob',
      'ada',
      'cy',
    ]);
    expect(body.total).toBe(3);
  });

  test('standings of another definition of the board are not exact', async () => {
    expect((await api.get('/leaderboards/GLOBAL')).body.exact).toBe(true);
    await api.tables.refoldUnder('0'.repeat(16), 'ada', 'GLOBAL#all_time');
    for (const route of ['', '/players/ada', '/players/ada/around', '/players?ids=ada']) {
      expect((await api.get(`/leaderboards/GLOBAL${route}`)).body.exact).toBe(false);
    }
  });
});
