import { beforeAll, describe, expect, test } from '@jest/globals';
import { createSampleGame, GAMES, GLOBAL } from '../testing/sample-game.ts';
import { useApi, type TestApi } from '../testing/test-api.ts';
import { NOW_MS } from '../testing/test-tables.ts';

const createApi = useApi();
let api: TestApi;

beforeAll(async () => {
  api = await createSampleGame(createApi);
});

const players = (body: { entries: { player_id: string }[] }) =>
  body.entries.map(({ player_id }) => player_id);

describe('windows', () => {
  test('the default window is all_time, or the first one of a board without it', async () => {
    expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({
      board: 'GLOBAL',
      window: 'all_time',
      period: 'all_time',
      total: 5,
    });
    const { body } = await api.get('/leaderboards/game:chess?window=&limit=&cursor=');
    expect(body).toMatchObject({ window: 'weekly', period: '2026-W47', total: 2 });
  });

  test.each([
    ['weekly', '', '2026-W47', ['bob@home:1', 'ada']],
    ['weekly', '2026-W46', '2026-W46', ['cy']],
    ['weekly', '2026-W53', '2026-W53', ['dee']],
    ['daily', '', '2026-11-21', ['ada']],
    ['daily', '2026-11-20', '2026-11-20', ['bob@home:1']],
    ['monthly', '', '2026-11', ['cy', 'bob@home:1', 'ada']],
    ['monthly', '2027-01', '2027-01', ['dee']],
    ['daily', '2030-02-28', '2030-02-28', []],
  ])('window %s, period "%s"', async (window, asked, period, expected) => {
    const { body } = await api.get(`/leaderboards/game:chess?window=${window}&period=${asked}`);
    expect(body).toMatchObject({ window, period, total: expected.length, next_cursor: null });
    expect(players(body)).toEqual(expected);
  });

  test('paging stays in the week in which it began', async () => {
    const first = await api.get('/leaderboards/game:chess?window=weekly&limit=1');
    api.clockMs = NOW_MS + 7 * 86_400_000;
    const url = `/leaderboards/game:chess?window=weekly&limit=1&cursor=${first.body.next_cursor}`;
    const { body } = await api.get(url);
    api.clockMs = NOW_MS;
    expect(body).toMatchObject({ period: '2026-W47', next_cursor: null });
    expect(players(body)).toEqual(['ada']);
  });
});

describe('responses', () => {
  test.each([
    '/leaderboards',
    '/leaderboards/GLOBAL?limit=2',
    '/leaderboards/GLOBAL/players/ada',
    '/leaderboards/GLOBAL/players/ada/around',
    '/leaderboards/GLOBAL/players?ids=ada',
    '/leaderboards/GLOBAL/distribution',
    '/players/ada/standings',
  ])(
    '%s is not sent again while its content is the same, and its freshness is in headers',
    async (url) => {
      const first = await api.get(url);
      expect(first.headers).toMatchObject({
        etag: expect.stringMatching(/^W\/"[\w-]{43}"$/),
        'leaderboard-as-of': first.body.as_of,
        'leaderboard-lag-ms': String(first.body.lag_ms),
      });
      api.clockMs += 5_000;
      const etag = String(first.headers['etag']);
      const again = await api.get(url, { 'if-none-match': etag });
      const fresh = await api.get(url);
      api.clockMs = NOW_MS;
      expect([again.status, again.text]).toEqual([304, '']);
      expect(fresh.body.as_of).not.toBe(first.body.as_of);
      expect(again.headers).toMatchObject({
        etag,
        'cache-control': 'public, max-age=1',
        'leaderboard-as-of': fresh.body.as_of,
        'leaderboard-lag-ms': String(fresh.body.lag_ms),
      });
      expect((await api.get('/leaderboards/game:chess', { 'if-none-match': etag })).status).toBe(
        200,
      );
    },
  );

  test('a score has its exact digits, even beyond a double', async () => {
    const { text } = await api.get('/leaderboards/GLOBAL/players/eve');
    expect(text).toContain('"score":999999999999999.000001,');
    expect((await api.get('/leaderboards/GLOBAL/players/ada')).text).toContain('"score":0.3,');
  });

  test('an id may be URL-encoded or not', async () => {
    for (const id of ['bob@home:1', 'bob%40home%3A1', 'bo%62%40home:1']) {
      const { body } = await api.get(`/leaderboards/game%3Achess/players/${id}/?window=monthly`);
      expect(body).toMatchObject({
        board: 'game:chess',
        player_id: 'bob@home:1',
        rank: 2,
        achieved_at: '2026-11-20T09:00:00.500Z',
      });
    }
    const { body } = await api.get('/leaderboards/GLOBAL/players?ids=bob%40home%3A1%2Cada,nobody');
    expect(players(body)).toEqual(['bob@home:1', 'ada']);
  });

  test('boards are listed in the order of their definitions; a board without one is not listed', async () => {
    const { body } = await api.get('/leaderboards');
    expect(body.boards).toEqual([
      {
        id: 'GLOBAL',
        operator: 'sum',
        order: 'desc',
        tie_break: 'earliest',
        windows: ['all_time', 'weekly'],
        players: 4,
      },
      {
        id: 'game:chess',
        operator: 'best',
        order: 'desc',
        tie_break: 'earliest',
        windows: ['weekly', 'daily', 'monthly'],
        players: 2,
      },
      // The snapshotter has not counted it yet, so this read does.
      {
        id: 'game:go:9x9',
        operator: 'best',
        order: 'desc',
        tie_break: 'earliest',
        windows: ['weekly', 'daily', 'monthly'],
        players: 1,
      },
    ]);
    // Stored counts may lack the newest players.
    expect(body.exact).toBe(false);
  });

  test('on an empty stack the boards of all games are listed and counted', async () => {
    const empty = await createApi([GLOBAL, GAMES]);
    const { body } = await empty.get('/leaderboards');
    expect(body).toMatchObject({ boards: [{ id: 'GLOBAL', players: 0 }], lag_ms: 0, exact: true });
    expect((await empty.get('/leaderboards/GLOBAL')).body).toMatchObject({ entries: [], total: 0 });
  });

  test('a live response may be cached for a second', async () => {
    const { headers } = await api.get('/leaderboards/GLOBAL');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=1',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('errors', () => {
  test.each([
    [
      '/leaderboards/global',
      404,
      'Board "global" not found. The boards are: GLOBAL, game:{game_id}.',
    ],
    [
      '/leaderboards/game:go',
      404,
      'Board game:go has no players yet. GET /leaderboards lists the boards that do.',
    ],
    [
      '/leaderboards/GLOBAL?window=yearly',
      400,
      'Invalid window "yearly". Board GLOBAL has: all_time, weekly.',
    ],
    [
      '/leaderboards/GLOBAL?window=daily',
      400,
      'Invalid window "daily". Board GLOBAL has: all_time, weekly.',
    ],
    [
      '/leaderboards/GLOBAL?period=2026-W46',
      400,
      'Invalid period "2026-W46". Window all_time has no period.',
    ],
    [
      '/leaderboards/GLOBAL?window=weekly&period=2027-W53',
      400,
      'Invalid period "2027-W53". Window weekly takes an ISO week such as 2026-W47.',
    ],
    [
      '/leaderboards/game:chess?window=daily&period=2026-02-29',
      400,
      'Invalid period "2026-02-29". Window daily takes a day such as 2026-11-21.',
    ],
    [
      '/leaderboards/game:chess?window=monthly&period=2026-13%23',
      400,
      'Invalid period "2026-13#". Window monthly takes a month such as 2026-11.',
    ],
    ['/leaderboards/GLOBAL?limit=0', 400, 'Invalid limit "0". Use a whole number from 1 to 1000.'],
    [
      '/leaderboards/GLOBAL?limit=1001',
      400,
      'Invalid limit "1001". Use a whole number from 1 to 1000.',
    ],
    [
      '/leaderboards/GLOBAL?limit=1e2',
      400,
      'Invalid limit "1e2". Use a whole number from 1 to 1000.',
    ],
    [
      '/leaderboards/GLOBAL/players/ada/around?limit=501',
      400,
      'Invalid limit "501". Use a whole number from 1 to 500.',
    ],
    ['/leaderboards/GLOBAL?limit=1&limit=2', 400, 'Duplicate query parameter limit. Send it once.'],
    [
      '/leaderboards/GLOBAL?limits=1',
      400,
      'Unknown query parameter "limits". This route takes: window, period, limit, cursor, from_rank.',
    ],
    [
      '/leaderboards?window=weekly',
      400,
      'Unknown query parameter "window". This route takes: limit, cursor.',
    ],
    ['/leaderboards/GLOBAL/players/nobody', 404, 'Player nobody has no standing on board GLOBAL.'],
    [
      '/leaderboards/GLOBAL/players/nobody/around?window=weekly',
      404,
      'Player nobody has no standing on board GLOBAL, weekly 2026-W47.',
    ],
    [
      '/leaderboards/GLOBAL/players/%23applied',
      400,
      'Invalid player_id "#applied". Use 1 to 128 letters, digits and . _ : @ -, starting with a letter or digit.',
    ],
    [
      `/leaderboards/GLOBAL/players/${'x'.repeat(129)}`,
      400,
      `Invalid player_id "${'x'.repeat(129)}". Use 1 to 128 letters, digits and . _ : @ -, starting with a letter or digit.`,
    ],
    ['/leaderboards/GLOBAL/players', 400, 'Missing ids. List player ids, separated by commas.'],
    [
      '/leaderboards/GLOBAL/players?ids=ada,',
      400,
      'Invalid player_id "". Use 1 to 128 letters, digits and . _ : @ -, starting with a letter or digit.',
    ],
    [
      `/leaderboards/GLOBAL/players?ids=${Array(101).fill('a').join(',')}`,
      400,
      'Too many ids: 101. Send at most 100.',
    ],
  ])('%s', async (url, status, reason) => {
    expect(await api.errorOf(url)).toEqual([status, reason]);
  });
});
