import { describe, expect, test } from '@jest/globals';
import { OPERATORS } from '@leaderboard/ranking';
import { seededRandom } from '@leaderboard/testing/random';
import { definition, useApi } from '../testing/test-api.ts';
import { NOW_MS, type TestUpdate } from '../testing/test-tables.ts';

const createApi = useApi();

function randomUpdates(seed: number, count: number): TestUpdate[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => ({
    player_id: 'ada',
    game_id: random() < 0.7 ? 'chess' : 'go',
    score: Math.round(random() * 400 - 60) / 8,
    occurred_at: new Date(NOW_MS - Math.floor(random() * 15 * 86_400_000)).toISOString(),
  }));
}

interface Entry {
  version: number;
  effect: string;
  value: number | null;
}

describe.each(OPERATORS)('an explanation (%s)', (operator) => {
  const board = definition({
    id: 'game:{game_id}',
    scope: 'per_game',
    operator,
    order: 'asc',
    min_score: -4,
    max_score: 40,
  });

  test.each([1, 7, 100])('ends with the standing, in pages of %i', async (limit) => {
    const api = await createApi([board]);
    await api.tables.play(randomUpdates(limit, 60));
    for (const window of ['window=all_time', 'window=weekly', 'window=weekly&period=2026-W46']) {
      const url = `/players/ada/explain?board=game:chess&${window}&limit=${limit}`;
      const entries: Entry[] = [];
      let cursor = '';
      let body;
      do {
        ({ body } = await api.get(`${url}&cursor=${cursor}`));
        entries.push(...(body.entries as Entry[]));
        cursor = body.next_cursor ?? '';
        expect(body.matches).toBe(cursor === '' ? true : null);
      } while (cursor !== '');
      expect(entries.map(({ version }) => version)).toEqual(entries.map((_, index) => index + 1));
      expect(entries).toHaveLength(60);
      expect(body.standing).toEqual(body.served);
      const place = await api.get(`/leaderboards/game:chess/players/ada?${window}`);
      expect(body.standing).toEqual({
        score: place.body.score,
        updates: place.body.updates,
        achieved_at: place.body.achieved_at,
      });
      const counted = entries.filter(({ effect }) => ['set', 'added', 'kept'].includes(effect));
      expect(counted).toHaveLength(place.body.updates);
      expect(String(entries.at(-1)?.value)).toBe(place.body.score);
    }
  });
});

test('a standing that the ledger does not give is shown as such', async () => {
  const api = await createApi([definition()]);
  await api.tables.play(randomUpdates(3, 5));
  await api.tables.changePlayer('ada', (rows) => {
    const row = rows.get('GLOBAL#all_time');
    if (row) rows.set(row.board_window, { ...row, score: '999' });
  });
  const { body } = await api.get('/players/ada/explain');
  expect(body).toMatchObject({ board: 'GLOBAL', matches: false, served: { score: '999' } });
});

test('a board on which the player has nothing is explained too', async () => {
  const api = await createApi([
    definition(),
    definition({ id: 'chess', scope: 'game', game_id: 'chess' }),
  ]);
  await api.tables.play([
    { player_id: 'ada', game_id: 'go', score: 1, occurred_at: '2026-11-20T00:00:00Z' },
  ]);
  expect((await api.get('/players/ada/explain?board=chess')).body).toMatchObject({
    standing: null,
    served: null,
    matches: true,
    entries: [{ effect: 'other_game', value: null }],
  });
});

test.each([
  ['/players/nobody/explain', 404, 'Player nobody has no standings.'],
  ['/players/ada/explain?board=none', 404, 'Board "none" not found. The boards are: GLOBAL.'],
  [
    '/players/ada/explain?window=daily',
    400,
    'Invalid window "daily". Board GLOBAL has: all_time, weekly.',
  ],
  [
    '/players/ada/explain?window=weekly&period=2027-W53',
    400,
    'Invalid period "2027-W53". Window weekly takes an ISO week such as 2026-W47.',
  ],
  ['/players/ada/explain?limit=0', 400, 'Invalid limit "0". Use a whole number from 1 to 1000.'],
  ['/players/ada/explain?cursor=x', 400, /^Invalid cursor\. This service did not issue it\./],
])('%s', async (url, status, reason) => {
  const api = await createApi([definition()]);
  await api.tables.play(randomUpdates(4, 3));
  expect(await api.errorOf(url)).toEqual([
    status,
    typeof reason === 'string' ? reason : expect.stringMatching(reason),
  ]);
});

test('a cursor belongs to its player, board and rules', async () => {
  const api = await createApi([definition()]);
  await api.tables.play(randomUpdates(5, 3));
  const { body } = await api.get('/players/ada/explain?limit=1');
  const [, reason] = await api.errorOf(`/players/bob/explain?limit=1&cursor=${body.next_cursor}`);
  expect(reason).toContain('It belongs to ada GLOBAL#all_time, the request to bob GLOBAL#all_time');
});
