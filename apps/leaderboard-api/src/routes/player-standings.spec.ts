import { describe, expect, test } from '@jest/globals';
import { definition, useApi } from '../testing/test-api.ts';
import type { TestUpdate } from '../testing/test-tables.ts';

const GLOBAL = definition();
const GAMES = definition({ id: 'game:{game_id}', scope: 'per_game', operator: 'best' });

const createApi = useApi();

function update(player_id: string, score: number, occurred_at: string, game_id = 'chess') {
  return { player_id, score, occurred_at, game_id } satisfies TestUpdate;
}

async function createGame() {
  const api = await createApi([GLOBAL, GAMES]);
  await api.tables.play([
    update('ada', 5, '2026-11-10T09:00:00Z'),
    update('ada', 3, '2026-11-21T09:00:00Z'),
    update('ada', 2, '2026-11-14T09:00:00Z', 'go'),
    update('bob', 9, '2026-11-21T09:00:00Z'),
  ]);
  return api;
}

describe('the standings of a player', () => {
  test('on all boards in the present periods, in the order of the definitions', async () => {
    const api = await createGame();
    const { body } = await api.get('/players/ada/standings');
    expect(body).toMatchObject({ player_id: 'ada', version: 3, exact: true });
    const places = body.standings.map((one: Record<string, unknown>) =>
      [one['board'], one['period'], one['score'], one['updates']].join(' '),
    );
    expect(places).toEqual([
      'GLOBAL all_time 10 3',
      'GLOBAL 2026-W47 3 1',
      'game:chess all_time 5 2',
      'game:chess 2026-W47 3 1',
      'game:go all_time 2 1',
    ]);
    expect(body.standings[0]).not.toHaveProperty('rank');
  });

  test('with ranks, of some boards', async () => {
    const api = await createGame();
    const { body } = await api.get('/players/ada/standings?ranks=true&boards=GLOBAL,game:chess');
    expect(body.exact).toBe(true);
    expect(
      body.standings.map((one: Record<string, unknown>) =>
        [one['board'], one['period'], one['rank'], one['total'], one['percentile']].join(' '),
      ),
    ).toEqual([
      'GLOBAL all_time 1 2 100',
      'GLOBAL 2026-W47 2 2 50',
      'game:chess all_time 2 2 50',
      'game:chess 2026-W47 2 2 50',
    ]);
  });

  test('a standing that ended is in an item of its own, and read from there', async () => {
    const api = await createGame();
    const { body } = await api.get(
      '/leaderboards/GLOBAL/players/ada?window=weekly&period=2026-W46',
    );
    expect(body).toMatchObject({ rank: 1, score: '7', updates: 2, total: 1, exact: true });
  });

  test('more than eight ranks are refused', async () => {
    const api = await createGame();
    const games = ['a', 'b', 'c', 'd'];
    await api.tables.play(games.map((game) => update('ada', 1, '2026-11-21T10:00:00Z', game)));
    expect(await api.errorOf('/players/ada/standings?ranks=true')).toEqual([
      400,
      'Player ada has 13 standings. At most 8 are ranked in one request: choose boards with boards=.',
    ]);
    expect((await api.get('/players/ada/standings')).body.standings).toHaveLength(13);
  });

  test.each([
    ['/players/nobody/standings', 404, 'Player nobody has no standings.'],
    ['/players/ada/standings?ranks=yes', 400, 'Invalid ranks "yes". Use true or false.'],
    [
      '/players/ada/standings?boards=GLOBEL',
      404,
      'Board "GLOBEL" not found. The boards are: GLOBAL, game:{game_id}.',
    ],
    [
      '/leaderboards/GLOBAL?from_rank=0',
      400,
      'Invalid from_rank "0". Use a whole number from 1, or from -1 to count from the end.',
    ],
    [
      '/leaderboards/GLOBAL/distribution?buckets=51',
      400,
      'Invalid buckets "51". Use a whole number from 1 to 50.',
    ],
  ])('%s', async (url, status, reason) => {
    const api = await createGame();
    expect(await api.errorOf(url)).toEqual([status, reason]);
  });

  test('a cursor and a place do not go together', async () => {
    const api = await createGame();
    const { body } = await api.get('/leaderboards/GLOBAL?limit=1');
    expect(
      await api.errorOf(`/leaderboards/GLOBAL?from_rank=2&cursor=${body.next_cursor}`),
    ).toEqual([400, 'Send either cursor or from_rank, not both.']);
  });
});

describe('the list of boards', () => {
  test('page by page, each board once, in the order of the definitions', async () => {
    const api = await createApi([GLOBAL, GAMES, definition({ id: 'LAST' })]);
    const games = Array.from({ length: 23 }, (_, index) => `game:g${index}`);
    await api.tables.registerBoards({
      GLOBAL: 1,
      'aaa-undefined': 1,
      game: 1,
      gamez: 1,
      ...Object.fromEntries(games.map((id, players) => [id, players])),
    });
    for (const limit of [1, 4, 24, 25, 26, 1000]) {
      const listed: string[] = [];
      let cursor = '';
      do {
        const { body } = await api.get(`/leaderboards?limit=${limit}&cursor=${cursor}`);
        expect(body.boards.length).toBeLessThanOrEqual(limit);
        listed.push(...body.boards.map(({ id }: { id: string }) => id));
        cursor = body.next_cursor ?? '';
      } while (cursor !== '');
      expect(listed).toEqual(['GLOBAL', ...games.toSorted(), 'LAST']);
    }
  });
});

describe('the distribution', () => {
  test('of an empty board and of one player', async () => {
    const api = await createApi([GLOBAL]);
    expect((await api.get('/leaderboards/GLOBAL/distribution')).body).toMatchObject({
      total: 0,
      buckets: [],
      top: [],
      resolution: 0,
    });
    await api.tables.play([update('ada', 5, '2026-11-21T09:00:00Z')]);
    api.clockMs += 500;
    expect((await api.get('/leaderboards/GLOBAL/distribution')).body).toMatchObject({
      total: 1,
      buckets: [{ from: 5, to: 5, players: 1 }],
      top: [
        { percent: 1, rank: 1, score: '5' },
        { percent: 10, rank: 1, score: '5' },
        { percent: 50, rank: 1, score: '5' },
      ],
      exact: true,
    });
  });
});
