import { beforeEach, describe, expect, test } from '@jest/globals';
import type { BoardDefinition } from '@leaderboard/ranking';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';
import { NOW_MS, type TestUpdate } from '../testing/test-tables.ts';

const URL = '/leaderboards/GLOBAL/players/ada';
const ALL_TIME = { windows: ['all_time' as const] };

const createApi = useApi();

function score(player_id: string, points: number): TestUpdate {
  const occurred_at = new Date(NOW_MS - 3_600_000).toISOString();
  return { player_id, score: points, occurred_at, game_id: 'chess' };
}

describe('a response is exact only if the standings are known to hold the whole ledger', () => {
  /** The other players were folded under the former definition; only ada has played since the change. */
  async function afterChange(former: BoardDefinition, current: BoardDefinition): Promise<TestApi> {
    const api = await createApi([current]);
    await api.tables.recordCompleteness([former]);
    await api.tables.play([score('ada', 1)]);
    return api;
  }

  test.each<[string, Partial<BoardDefinition>, Partial<BoardDefinition>]>([
    ['the operator', { operator: 'best' }, { operator: 'sum' }],
    ['the number of shards', { shards: 4 }, { shards: 1 }],
    ['the windows', { windows: ['all_time'] }, { windows: ['all_time', 'daily'] }],
  ])('not after a change of %s until the rebuild has run', async (_, former, current) => {
    const api = await afterChange(definition(former), definition(current));
    expect((await api.get(URL)).body).toMatchObject({ rank: 1, exact: false });
    await api.tables.recordCompleteness([definition(current)]);
    expect((await api.get(URL)).body).toMatchObject({ exact: true });
  });

  test('not on a new board, but still on the others', async () => {
    const global = definition();
    const added = definition({ id: 'MOVES', operator: 'count' });
    const api = await createApi([global, added]);
    await api.tables.recordCompleteness([global]);
    await api.tables.play([score('ada', 1)]);
    expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ exact: true });
    expect((await api.get('/leaderboards/MOVES')).body).toMatchObject({ exact: false });
    expect((await api.get('/leaderboards')).body).toMatchObject({ exact: false });
  });

  test('not before the standings have been compared with the ledger', async () => {
    const api = await createApi([definition(ALL_TIME)], { isComplete: false });
    await api.tables.play([score('ada', 1)]);
    await api.tables.recordProgress(1, NOW_MS - 100, 50);
    expect((await api.get(URL)).body).toMatchObject({ exact: false });
  });

  test.each(['ledger', 'standings', 'ranks'])(
    'not after the %s table was replaced',
    async (table) => {
      const api = await createApi([definition()]);
      await api.tables.play([score('ada', 1)]);
      await api.tables.recordCompleteness([definition()], {
        [table]: 'the-table-before-the-restore',
      });
      expect((await api.get(URL)).body).toMatchObject({ exact: false });
    },
  );
});

describe('a response is exact only if nothing is stuck before the standings', () => {
  let api: TestApi;

  beforeEach(async () => {
    api = await createApi([definition()]);
    await api.tables.play([score('ada', 1)]);
    expect((await api.get(URL)).body).toMatchObject({ exact: true });
    api.clockMs += 1_000;
  });

  test("not while the pipe's dead letters are not noted as a hole, or while that is unknown", async () => {
    api.arePipeDeadLettersGone = () => Promise.resolve(false);
    expect((await api.get(URL)).body).toMatchObject({ exact: false });
    api.clockMs += 1_000;
    api.arePipeDeadLettersGone = () => Promise.reject(new Error('no permission'));
    expect((await api.get(URL)).body).toMatchObject({ exact: false });
    api.clockMs += 1_000;
    api.arePipeDeadLettersGone = () => Promise.resolve(true);
    expect((await api.get(URL)).body).toMatchObject({ exact: true });
  });

  test("a hole that is noted while the pipe's dead letters are taken out is seen", async () => {
    api.arePipeDeadLettersGone = async () => {
      await api.tables.recordHoles(undefined);
      return true;
    };
    expect((await api.get(URL)).body).toMatchObject({ exact: false });
  });

  test('not while there are holes, on no board, and not before the last one was closed a while ago', async () => {
    await api.tables.recordHoles(undefined);
    for (const url of [URL, '/leaderboards/GLOBAL', '/players/ada/standings', '/leaderboards']) {
      expect((await api.get(url)).body).toMatchObject({ exact: false });
    }
    await api.tables.recordHoles(api.clockMs + 5_000);
    expect((await api.get(URL)).body).toMatchObject({ exact: false });
    api.clockMs += 5_001;
    expect((await api.get(URL)).body).toMatchObject({ exact: true });
  });

  test('not while records are retried; the lag is at least their age', async () => {
    await api.tables.recordProgress(1, api.clockMs - 100, 400);
    await api.tables.recordRetry(api.clockMs - 600_000, api.clockMs + 5_000);
    expect((await api.get(URL)).body).toMatchObject({ lag_ms: 600_000, exact: false });
    api.clockMs += 5_001;
    expect((await api.get(URL)).body).toMatchObject({ lag_ms: 400, exact: true });
  });

  test('not while the ids of the tables cannot be read', async () => {
    let isRefused = true;
    api.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (isRefused && context.commandName === 'DescribeTableCommand') {
          throw new Error('no permission');
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    api.clockMs += 60_000;
    expect((await api.get(URL)).body).toMatchObject({ exact: false });
    isRefused = false;
    api.clockMs += 1_000;
    expect((await api.get(URL)).body).toMatchObject({ exact: true });
  });

  test('the ids of the tables are read once a minute', async () => {
    let requests = 0;
    api.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'DescribeTableCommand') requests += 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    for (let read = 0; read < 3; read += 1) {
      await api.get(URL);
      api.clockMs += 10_000;
    }
    expect(requests).toBe(0);
    api.clockMs += 60_000;
    await api.get(URL);
    expect(requests).toBe(3);
  });
});
