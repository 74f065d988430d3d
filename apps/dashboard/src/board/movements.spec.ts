import { expect, test } from '@jest/globals';
import { movementsBetween, type Ranking } from './movements.ts';

const ranking = (ranks: Record<string, number>, period = 'all_time'): Ranking => ({
  board: 'GLOBAL',
  window: 'all_time',
  period,
  entries: Object.entries(ranks).map(([player_id, rank]) => ({
    player_id,
    rank,
    score: '1',
    updates: 1,
    achieved_at: '2026-11-21T00:00:00.000Z',
  })),
});

test('players that pass others are up, players that are passed are down, others are new', () => {
  const before = ranking({ ada: 1, alan: 2, grace: 3, linus: 4 });
  const after = ranking({ grace: 1, ada: 2, alan: 3, ken: 4 });
  expect(Object.fromEntries(movementsBetween(before, after))).toEqual({
    grace: { kind: 'up', places: 2 },
    ada: { kind: 'down', places: 1 },
    alan: { kind: 'down', places: 1 },
    ken: { kind: 'new' },
  });
});

test('an unchanged shared rank is not a movement, whatever the order of the entries', () => {
  const before = ranking({ ada: 1, alan: 1, grace: 3 });
  const after = ranking({ alan: 1, ada: 1, grace: 3 });
  expect([...movementsBetween(before, after).values()]).toEqual(Array(3).fill({ kind: 'same' }));
});

test('the first poll, another board and a new period have no movements', () => {
  const after = ranking({ ada: 1 }, '2026-W48');
  const others = [
    undefined,
    ranking({ alan: 1, ada: 2 }, '2026-W47'),
    { ...ranking({ alan: 1, ada: 2 }, '2026-W48'), board: 'game:chess' },
    { ...ranking({ alan: 1, ada: 2 }, '2026-W48'), window: 'weekly' },
  ];
  for (const before of others) {
    expect(movementsBetween(before, after).get('ada')).toEqual({ kind: 'same' });
  }
});
