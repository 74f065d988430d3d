import { expect, test } from '@jest/globals';
import { definition, useApi } from '../testing/test-api.ts';
import { NOW_MS } from '../testing/test-tables.ts';

const createApi = useApi();

test('queries that take many pages give the same responses', async () => {
  const api = await createApi([definition({ tie_break: 'shared', shards: 2 })]);
  await api.tables.play(
    Array.from({ length: 60 }, (_, index) => ({
      player_id: `player-${index % 40}`,
      score: index % 5,
      occurred_at: new Date(NOW_MS + index).toISOString(),
      game_id: 'chess',
    })),
  );
  await api.tables.registerBoards({ GLOBAL: undefined, 'game:a': 1, 'game:b': 1 });
  await api.tables.recordProgress(1, NOW_MS, 5);
  await api.tables.recordProgress(2, NOW_MS, 9);
  const urls = [
    '/leaderboards',
    '/leaderboards/GLOBAL?limit=17',
    '/leaderboards/GLOBAL/players/player-3',
    '/leaderboards/GLOBAL/players/player-3/around?limit=9',
    '/leaderboards/GLOBAL/players?ids=player-3,player-39,player-0',
    '/players/player-3/history?limit=1',
    '/players/player-3/history',
  ];
  const readAll = () =>
    Promise.all(
      urls.map(async (url) => {
        const { as_of, ...body } = (await api.get(url)).body;
        expect(as_of).toBeDefined();
        return body as unknown;
      }),
    );

  const whole = await readAll();
  let pages = 0;
  api.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName !== 'QueryCommand') return next(args);
      pages += 1;
      return next({ ...args, input: { ...args.input, Limit: 1 } as typeof args.input });
    },
    { step: 'initialize' },
  );
  // The log of the board is read again.
  api.clockMs += 500;
  expect(await readAll()).toEqual(whole);
  expect(pages).toBeGreaterThan(60);
  expect(whole[2]).toMatchObject({ total: 40, lag_ms: 9 });
});
