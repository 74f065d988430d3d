import { expect, test } from '@jest/globals';
import { OPERATORS, type BoardDefinition } from './board-definition.ts';
import { boardsFor } from './boards.ts';
import { explainUpdate, type UpdateEffect } from './explain.ts';
import { fold, type Standing } from './fold.ts';
import { windowsOf } from './windows.ts';

const BOARD: BoardDefinition = {
  id: 'game:{game_id}',
  scope: 'per_game',
  operator: 'best',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time', 'weekly'],
  shards: 1,
  min_score: -5,
  max_score: 20,
  update_types: ['win', 'draw'],
};

function update(version: number, changes: object = {}) {
  return {
    player_id: 'ada',
    game_id: 'chess',
    update_type: 'win',
    score: 7,
    occurred_at: '2026-11-21T09:30:00Z',
    version,
    ...changes,
  };
}

function effects(operator: BoardDefinition['operator'], ...changes: object[]): UpdateEffect[] {
  const board = { id: 'game:chess', definition: { ...BOARD, operator } };
  let standing: Standing | undefined;
  return changes.map((change, index) => {
    const step = explainUpdate(
      standing,
      update(index + 1, change),
      board,
      'game:chess#weekly#2026-W47',
    );
    standing = step.standing;
    return step.effect;
  });
}

test('each update says what it did, or why it does not count', () => {
  expect(
    effects(
      'best',
      { game_id: 'go' },
      { update_type: 'loss' },
      { score: 20.5 },
      { score: -6 },
      { occurred_at: '2026-11-14T09:30:00Z' },
      {},
      { score: 3 },
      { score: 9 },
    ),
  ).toEqual([
    'other_game',
    'other_type',
    'out_of_bounds',
    'out_of_bounds',
    'outside_window',
    'set',
    'kept',
    'set',
  ]);
  expect(effects('sum', {}, { score: 1 }, { score: 0 })).toEqual(['set', 'added', 'kept']);
  expect(effects('count', {}, {})).toEqual(['set', 'added']);
  expect(effects('last', {}, { occurred_at: '2026-11-20T00:00:00Z' })).toEqual(['set', 'kept']);
});

test.each(OPERATORS)('the standing is that of the fold, whatever comes (%s)', (operator) => {
  const definition = { ...BOARD, operator };
  const board = { id: 'game:chess', definition };
  for (const key of ['game:chess#all_time', 'game:chess#weekly#2026-W47']) {
    let explained: Standing | undefined;
    let folded: Standing | undefined;
    for (let version = 1; version <= 400; version += 1) {
      const next = update(version, {
        game_id: ['chess', 'go'][version % 2],
        update_type: ['win', 'draw', 'loss'][version % 3],
        score: ((version * 37) % 61) / 2 - 7,
        occurred_at: new Date(
          Date.UTC(2026, 10, 1) + ((version * 7919) % 35) * 86_400_000,
        ).toISOString(),
      });
      const step = explainUpdate(explained, next, board, key);
      const counts = boardsFor(next, [definition]).some(
        (found) => found.id === board.id && windowsOf(found, next.occurred_at).includes(key),
      );
      if (counts) folded = fold(folded, next, definition);
      expect(step.standing).toEqual(folded);
      expect(['set', 'added', 'kept'].includes(step.effect)).toBe(counts);
      explained = step.standing;
    }
    expect(folded?.updates).toBeGreaterThan(5);
  }
});
