import { definition, type CreateApi, type TestApi } from './test-api.ts';
import type { TestUpdate } from './test-tables.ts';

export const GLOBAL = definition();

export const GAMES = definition({
  id: 'game:{game_id}',
  scope: 'per_game',
  operator: 'best',
  windows: ['weekly', 'daily', 'monthly'],
});

/** An API with five players of three games, in several weeks and months, on {@link GLOBAL} and {@link GAMES}. */
export async function createSampleGame(createApi: CreateApi): Promise<TestApi> {
  const api = await createApi([GLOBAL, GAMES]);
  await api.tables.play([
    update('ada', 0.1, '2026-11-21T09:00:00Z'),
    update('ada', 0.2, '2026-11-21T09:00:01Z', 'go:9x9'),
    update('bob@home:1', 7, '2026-11-20T09:00:00.5Z'),
    update('cy', 9, '2026-11-10T09:00:00Z'),
    update('dee', 5, '2027-01-03T12:00:00Z'),
    update('eve', 999_999_999_999_999, '2026-01-01T00:00:00Z', 'big'),
    update('eve', 0.000001, '2026-01-01T00:00:01Z', 'big'),
  ]);
  await api.tables.registerBoards({
    GLOBAL: 4,
    'game:go:9x9': undefined,
    'game:chess': 2,
    'old-board': 3,
  });
  return api;
}

function update(
  player_id: string,
  score: number,
  occurred_at: string,
  game_id = 'chess',
): TestUpdate {
  return { player_id, score, occurred_at, game_id };
}
