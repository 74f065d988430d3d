import { beforeEach, describe, expect, test } from '@jest/globals';
import { API_METRICS } from '@leaderboard/contracts/metrics';
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

/** Runs something after the first request of a kind, before its response is used. */
function afterFirst(command: string, happen: () => Promise<void>): void {
  let isDone = false;
  api.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const isOfRanks = JSON.stringify(args.input).includes('ranks');
      const isMeant = command === 'BatchGetItemCommand' || isOfRanks;
      if (context.commandName === command && isMeant && !isDone) {
        isDone = true;
        await happen();
      }
      return result;
    },
    { step: 'initialize' },
  );
}

const ROUTES_OF_BOB = ['/bob', '/bob/around', '?ids=bob,cy'];

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
  test('a page is of the moment at which the board was read', async () => {
    afterFirst('QueryCommand', () => api.tables.play([score('cy', 100)]));
    const { body } = await api.get('/leaderboards/GLOBAL');
    expect(body.entries.map((entry: { score: string }) => entry.score)).toEqual(['30', '20', '10']);
    expect(body.entries[2]).toMatchObject({ rank: 3, player_id: 'cy', updates: 1 });
    expect(body).toMatchObject({ total: 3, exact: true });
  });

  test.each(['QueryCommand', 'BatchGetItemCommand'])(
    'a player who moves after the first %s is read again with the board',
    async (command) => {
      afterFirst(command, () => api.tables.play([score('bob', 50)]));
      const { body } = await api.get('/leaderboards/GLOBAL/players/bob');
      const isSeen = body.score === '70';
      expect(body).toMatchObject({
        ...(isSeen ? { rank: 1, updates: 2, version: 2 } : { rank: 2, updates: 1, version: 1 }),
        total: 3,
        exact: true,
      });
    },
  );

  test.each(ROUTES_OF_BOB)(
    'a standing that the ranks do not have is not exact: players%s',
    async (route) => {
      await api.tables.changePlayer('bob', (rows) => {
        const row = rows.get('GLOBAL#all_time');
        if (row) rows.set(row.board_window, { ...row, score: '25', updates: 2 });
      });
      const { body } = await api.get(`/leaderboards/GLOBAL/players${route}`);
      expect(body).toMatchObject({ total: 3, exact: false });
    },
  );

  test.each(['/bob', '/bob/around'])(
    'a standing of another definition is not there: players%s',
    async (route) => {
      await api.tables.changePlayer('bob', (rows) => {
        const row = rows.get('GLOBAL#all_time');
        if (row) rows.set(row.board_window, { ...row, definition_hash: `${'0'.repeat(16)}u` });
      });
      const [status] = await api.errorOf(`/leaderboards/GLOBAL/players${route}`);
      expect(status).toBe(404);
    },
  );

  test('the log of a board is read at most twice a second, and as_of says when', async () => {
    let reads = 0;
    api.client.middlewareStack.add(
      (next, context) => (args) => {
        const isLog = JSON.stringify(args.input).includes('leaderboard-ranks');
        if (context.commandName === 'QueryCommand' && isLog) reads += 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    await api.get('/leaderboards/GLOBAL');
    api.clockMs += 499;
    const { body } = await api.get('/leaderboards/GLOBAL/players/ada');
    expect(reads).toBe(1);
    expect(body).toMatchObject({ as_of: new Date(NOW_MS).toISOString(), exact: true });
    api.clockMs += 1;
    await api.get('/leaderboards/GLOBAL');
    expect(reads).toBe(2);
  });
});

describe('min_version', () => {
  const URL = '/leaderboards/GLOBAL/players/ada';

  test.each(['', '/around'])('is refused while the standings do not have it: %s', async (route) => {
    expect(await api.errorOf(`${URL}${route}?min_version=2`)).toEqual([
      409,
      'Player ada is at version 1; version 2 is not in the standings yet. Try again in a moment.',
    ]);
    expect((await api.errorOf('/players/ada/standings?min_version=2'))[0]).toBe(409);
    await api.tables.play([score('ada', 5)]);
    const { body } = await api.get(`${URL}${route}?min_version=2`);
    expect(body).toMatchObject({ version: 2, exact: true });
  });

  test('waits half a second for ranks that do not have the standing yet', async () => {
    await api.tables.changePlayer('ada', (rows) => {
      const row = rows.get('GLOBAL#all_time');
      if (row) rows.set(row.board_window, { ...row, updates: 7 });
    });
    const { body } = await api.get(`${URL}?min_version=1`);
    expect(body).toMatchObject({ version: 1, exact: false });
    expect(api.clockMs).toBe(NOW_MS + 500);
  });

  test('takes a version', async () => {
    expect(await api.errorOf(`${URL}?min_version=x`)).toEqual([
      400,
      'Invalid min_version "x". Use a whole number from 1 to 999999999.',
    ]);
  });
});
