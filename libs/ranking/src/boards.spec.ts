import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BoardDefinition } from './board-definition.ts';
import { boardsFor, checkScoreBounds, findBoard } from './boards.ts';
import { gameId } from './testing/arbitraries.ts';

const common = {
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time'],
  shards: 1,
} as const;

const global: BoardDefinition = { ...common, id: 'GLOBAL', scope: 'all_games' };
const perGame: BoardDefinition = { ...common, id: 'game:{game_id}', scope: 'per_game' };
const chessWins: BoardDefinition = {
  ...common,
  id: 'chess-wins',
  scope: 'game',
  game_id: 'chess',
  update_types: ['win'],
};

function idsFor(
  update: { game_id: string; update_type?: string; score?: number },
  ...boards: BoardDefinition[]
) {
  return boardsFor({ score: 7, update_type: 'score_update', ...update }, boards).map(
    ({ id }) => id,
  );
}

test('an update counts on boards of all games and on the board of its game', () => {
  expect(idsFor({ game_id: 'chess' }, global, perGame)).toEqual(['GLOBAL', 'game:chess']);
});

test('a board of one game counts only this game and its update types', () => {
  expect(idsFor({ game_id: 'chess', update_type: 'win' }, chessWins)).toEqual(['chess-wins']);
  expect(idsFor({ game_id: 'chess' }, chessWins)).toEqual([]);
  expect(idsFor({ game_id: 'go', update_type: 'win' }, chessWins)).toEqual([]);
});

test('a score outside the inclusive bounds of a board counts on the other boards only', () => {
  const bounded: BoardDefinition = { ...perGame, min_score: 0, max_score: 0.3 };
  for (const score of [-0.000001, 0.300001]) {
    expect(idsFor({ game_id: 'chess', score }, global, bounded)).toEqual(['GLOBAL']);
  }
  for (const score of [0, -0, 0.3]) {
    expect(idsFor({ game_id: 'chess', score }, bounded)).toEqual(['game:chess']);
  }
});

test('an issue has the board, the bound and the value', () => {
  const bounded: BoardDefinition = { ...perGame, min_score: 0, max_score: 100 };
  const issuesOf = (score: number) =>
    checkScoreBounds({ game_id: 'chess', update_type: 'score_update', score }, [global, bounded]);
  expect(issuesOf(50)).toEqual([]);
  expect(issuesOf(-1)).toEqual([
    {
      board_id: 'game:chess',
      path: '/score',
      rule: 'score_bounds',
      message: 'is -1, below the least score 0 of board game:chess',
      value_type: 'number',
    },
  ]);
  expect(issuesOf(100.5)[0]?.message).toBe(
    'is 100.5, above the greatest score 100 of board game:chess',
  );
});

test('bounds of a board on which the update does not count are ignored', () => {
  const bounded: BoardDefinition = { ...chessWins, max_score: 1 };
  expect(checkScoreBounds({ game_id: 'chess', update_type: 'loss', score: 9 }, [bounded])).toEqual(
    [],
  );
});

test('the board of an update is found by its id, for every game id', () => {
  const decorated: BoardDefinition = { ...perGame, id: 'x.{game_id}:y' };
  fc.assert(
    fc.property(gameId, (game_id) => {
      for (const board of boardsFor({ game_id, score: 1, update_type: 't' }, [
        global,
        decorated,
        perGame,
      ])) {
        expect(findBoard(board.id, [global, decorated, perGame])).toEqual(board);
      }
    }),
  );
});

test.each([
  '',
  'game:',
  'game:{game_id}',
  'game:a#b',
  'game:a/b',
  'game:-',
  `game:${'a'.repeat(65)}`,
  'global',
  'xgame:a',
])('there is no board %j', (id) => {
  expect(findBoard(id, [global, perGame, chessWins])).toBeUndefined();
});

test('a board id that is shorter than prefix and suffix together is not found', () => {
  expect(findBoard('aba', [{ ...perGame, id: 'ab{game_id}ba' }])).toBeUndefined();
});
