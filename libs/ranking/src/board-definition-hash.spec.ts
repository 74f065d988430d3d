import { expect, test } from '@jest/globals';
import { boardDefinitionHash, rankRulesOf } from './board-definition-hash.ts';
import { ORDERS, TIE_BREAKS, type BoardDefinition } from './board-definition.ts';

const definition: BoardDefinition = {
  id: 'GLOBAL',
  scope: 'all_games',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time', 'weekly'],
  shards: 1,
};

test('the order of keys, windows and update types does not matter', () => {
  const written: BoardDefinition = { ...definition, update_types: ['win', 'draw'] };
  const turned = Object.fromEntries(Object.entries(written).toReversed()) as BoardDefinition;
  expect(
    boardDefinitionHash({
      ...turned,
      windows: ['weekly', 'all_time'],
      update_types: ['draw', 'win'],
    }),
  ).toBe(boardDefinitionHash(written));
});

test.each<Partial<BoardDefinition>>([
  { id: 'OTHER' },
  { scope: 'per_game' },
  { scope: 'game', game_id: 'chess' },
  { scope: 'game', game_id: 'go' },
  { operator: 'best' },
  { order: 'asc' },
  { tie_break: 'latest' },
  { windows: ['all_time'] },
  { shards: 2 },
  { min_score: 0 },
  { max_score: 0 },
  { update_types: ['win'] },
])('another definition has another hash: %j', (change) => {
  expect(boardDefinitionHash({ ...definition, ...change } as BoardDefinition)).not.toBe(
    boardDefinitionHash(definition),
  );
});

test('the hash is the one that is stored with existing standings', () => {
  expect(boardDefinitionHash(definition)).toBe('b1eef2b9935ac4a1u');
});

test.each(ORDERS.flatMap((order) => TIE_BREAKS.map((tie_break) => ({ order, tie_break }))))(
  'the hash tells the rules of its ranks: %j',
  (rules) => {
    const hash = boardDefinitionHash({ ...definition, ...rules });
    expect(rankRulesOf(hash)).toEqual(rules);
    expect(rankRulesOf(hash.slice(0, -1))).toBeUndefined();
  },
);
