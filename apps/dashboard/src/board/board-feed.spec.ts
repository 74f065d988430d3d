import { expect, test } from '@jest/globals';
import { ApiClient } from '../api/api-client.ts';
import { BoardFeed } from './board-feed.ts';

const FRESH = { as_of: '2026-11-21T10:00:00.000Z', lag_ms: 0, exact: true };
const BOARD = {
  id: 'GLOBAL',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time'],
  players: 2,
};
const NEVER = new AbortController().signal;

const entry = (player_id: string, rank: number, updates = 1) => ({
  player_id,
  rank,
  score: 10,
  updates,
  achieved_at: FRESH.as_of,
});

/** An API whose responses a test may change between polls. */
function setUp(responses: Record<string, object>) {
  const requested: string[] = [];
  const client = new ApiClient({
    apiUrl: 'http://api',
    fetch: (url) => {
      const { pathname } = new URL(url);
      requested.push(pathname);
      const body = responses[pathname];
      return Promise.resolve(
        body === undefined
          ? new Response('{"error":"none"}', { status: 404 })
          : new Response(JSON.stringify({ ...FRESH, next_cursor: null, ...body })),
      );
    },
  });
  const count = (path: string) => requested.filter((it) => it === path).length;
  return { feed: new BoardFeed(client), count };
}

const page = (...players: string[]) => ({
  board: 'GLOBAL',
  window: 'all_time',
  period: 'all_time',
  total: players.length,
  entries: players.map((player, index) => entry(player, index + 1)),
});

test('movements are those since the previous poll', async () => {
  const responses = {
    '/leaderboards': { boards: [BOARD] },
    '/leaderboards/GLOBAL': page('ada', 'alan'),
  };
  const { feed } = setUp(responses);
  const first = await feed.read({}, NEVER);
  expect(first.movements.get('alan')).toEqual({ kind: 'same' });
  responses['/leaderboards/GLOBAL'] = page('alan', 'ada');
  expect((await feed.read({}, NEVER)).movements.get('alan')).toEqual({ kind: 'up', places: 1 });
  expect((await feed.read({}, NEVER)).movements.get('alan')).toEqual({ kind: 'same' });
});

test('the list of boards is read with every 12th poll', async () => {
  const { feed, count } = setUp({
    '/leaderboards': { boards: [BOARD] },
    '/leaderboards/GLOBAL': page('ada'),
  });
  for (let poll = 0; poll < 13; poll += 1) await feed.read({}, NEVER);
  expect(count('/leaderboards')).toBe(2);
  expect(count('/leaderboards/GLOBAL')).toBe(13);
});

test('the list of boards shows the player count of the page', async () => {
  const responses = {
    '/leaderboards': { boards: [{ ...BOARD, windows: ['all_time', 'weekly'] }] },
    '/leaderboards/GLOBAL': page('ada', 'alan', 'grace'),
  };
  const { feed } = setUp(responses);
  expect((await feed.read({}, NEVER)).boards).toMatchObject([{ players: 3 }]);
  // Fewer play in a week: that is not the count of the board.
  responses['/leaderboards/GLOBAL'] = { ...page('ada'), window: 'weekly' };
  expect((await feed.read({ window: 'weekly' }, NEVER)).boards).toMatchObject([{ players: 2 }]);
});

test('a history is read again only after the standing changed', async () => {
  const around = '/leaderboards/GLOBAL/players/ada/around';
  const responses: Record<string, object> = {
    '/leaderboards': { boards: [BOARD] },
    '/leaderboards/GLOBAL': page('ada'),
    [around]: { entries: [entry('ada', 1)], total: 1 },
    '/players/ada/history': { player_id: 'ada', entries: [] },
  };
  const { feed, count } = setUp(responses);
  const first = await feed.read({ player: 'ada' }, NEVER);
  const second = await feed.read({ player: 'ada' }, NEVER);
  expect(second.player?.history).toBe(first.player?.history);
  expect(count('/players/ada/history')).toBe(1);
  responses[around] = { entries: [entry('ada', 1, 2)], total: 1 };
  await feed.read({ player: 'ada' }, NEVER);
  expect(count('/players/ada/history')).toBe(2);
});

test('the place of a player is among all of the board, as the API counts it', async () => {
  const { feed } = setUp({
    '/leaderboards': { boards: [BOARD] },
    '/leaderboards/GLOBAL': page('ada'),
    '/leaderboards/GLOBAL/players/bob/around': {
      entries: [entry('ada', 1), entry('bob', 2), entry('cy', 3)],
      total: 318,
    },
  });
  const { player } = await feed.read({ player: 'bob' }, NEVER);
  expect(player?.standing).toMatchObject({ rank: 2, total: 318, percentile: 99.68 });
  expect(player?.neighbours).toHaveLength(3);
});

test('the distribution is read with every 12th poll, and at once for another board', async () => {
  const { feed, count } = setUp({
    '/leaderboards': { boards: [BOARD] },
    '/leaderboards/GLOBAL': page('ada'),
    '/leaderboards/GLOBAL/distribution': { total: 1, buckets: [], top: [], resolution: 0 },
    '/leaderboards/game:go': page('ada'),
  });
  for (let poll = 0; poll < 13; poll += 1) await feed.read({}, NEVER);
  expect(count('/leaderboards/GLOBAL/distribution')).toBe(2);
  expect((await feed.read({ board: 'game:go' }, NEVER)).distribution).toBeUndefined();
  expect(count('/leaderboards/game:go/distribution')).toBe(1);
});

test('an unknown board or player is a result, not a failure', async () => {
  const { feed } = setUp({ '/leaderboards': { boards: [BOARD] } });
  const reading = await feed.read({ board: 'game:go', player: 'ada' }, NEVER);
  expect(reading.page).toBeUndefined();
  expect(reading.player).toMatchObject({ playerId: 'ada', standing: undefined, history: [] });
});

test('an invalid player id is not requested', async () => {
  const { feed, count } = setUp({
    '/leaderboards': { boards: [BOARD] },
    '/leaderboards/GLOBAL': page('ada'),
  });
  const { player } = await feed.read({ player: '<b>' }, NEVER);
  expect(player?.standing).toBeUndefined();
  expect(count('/players/%3Cb%3E/history')).toBe(0);
});
