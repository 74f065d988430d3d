import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import definitionsSchema from '../board-definitions.schema.json' with { type: 'json' };
import defaults from '../boards.json' with { type: 'json' };
import { MAX_SHARDS, OPERATORS, ORDERS, SCOPES, TIE_BREAKS, WINDOWS } from './board-definition.ts';
import type { BoardDefinitionsError } from './errors.ts';
import { boardsFor } from './boards.ts';
import { validateBoardDefinitions } from './generated/validators.js';
import { parseBoardDefinitions } from './parse-board-definitions.ts';

const valid = {
  id: 'GLOBAL',
  scope: 'all_games',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: ['all_time'],
};

test('the file has the boards GLOBAL and game:{game_id}, each with all_time and weekly', () => {
  const common = {
    order: 'desc',
    tie_break: 'earliest',
    windows: ['all_time', 'weekly'],
    shards: 1,
  };
  expect(parseBoardDefinitions(defaults)).toEqual({
    default_board: 'GLOBAL',
    boards: [
      { id: 'GLOBAL', scope: 'all_games', operator: 'sum', ...common },
      { id: 'game:{game_id}', scope: 'per_game', operator: 'best', ...common },
    ],
  });
});

const everyOption = {
  scope: 'game',
  game_id: 'chess',
  shards: 4,
  min_score: -1.5,
  max_score: 0,
  update_types: ['win', 'draw'],
};

test('optional keys are returned unchanged, and the argument is not changed', () => {
  const written = { ...valid, ...everyOption, id: 'chess' };
  const file = Object.freeze({
    default_board: 'chess',
    boards: Object.freeze([Object.freeze(written)]),
  });
  expect(parseBoardDefinitions(file).boards).toEqual([written]);
});

test('a board of a game can be the default', () => {
  const boards = [{ ...valid, id: 'game:{game_id}', scope: 'per_game' }];
  expect(parseBoardDefinitions({ default_board: 'game:chess', boards }).default_board).toBe(
    'game:chess',
  );
});

test('the schema accepts what the loader accepts', () => {
  expect(matchesSchema(defaults)).toBe(true);
  const ids = ['a', '{game_id}', 'game:{game_id}', '{game_id}-best', 'a:{game_id}.b'];
  for (const written of [...ids.map(board), { ...board('b'), ...everyOption }]) {
    const file = { default_board: written.id.replace('{game_id}', 'chess'), boards: [written] };
    expect(matchesSchema(file)).toBe(true);
    expect(issuesOf(file)).toEqual([]);
  }
});

test('the constants equal those of the schema', () => {
  const { board: schema } = definitionsSchema.definitions;
  expect(SCOPES).toEqual(schema.properties.scope.enum);
  expect(OPERATORS).toEqual(schema.properties.operator.enum);
  expect(ORDERS).toEqual(schema.properties.order.enum);
  expect(TIE_BREAKS).toEqual(schema.properties.tie_break.enum);
  expect(WINDOWS).toEqual(schema.properties.windows.items.enum);
  expect(MAX_SHARDS).toBe(schema.properties.shards.maximum);
});

/** An invalid key of a board, the path of its issue, and a part of the message. */
const wrongBoards: { change: Record<string, unknown>; path: string; says: string }[] = [
  {
    change: { operator: 'average' },
    path: '/operator',
    says: '"average"; use one of best, last, sum, count, min, max',
  },
  {
    change: { windows: ['all_time', 'yearly'] },
    path: '/windows/1',
    says: '"yearly"; use one of all_time, daily, weekly, monthly',
  },
  { change: { windows: [] }, path: '/windows', says: 'at least one entry' },
  { change: { windows: ['daily', 'daily'] }, path: '/windows/1', says: 'a second time' },
  { change: { windows: 'daily' }, path: '/windows', says: '"daily"; use a list' },
  { change: { order: 'up' }, path: '/order', says: 'desc, asc' },
  {
    change: { tie_break: null },
    path: '/tie_break',
    says: 'null; use one of earliest, latest, shared',
  },
  { change: { scope: 'games' }, path: '/scope', says: 'all_games, per_game, game' },
  { change: { shards: 0 }, path: '/shards', says: '0; use a whole number from 1 to 64' },
  { change: { shards: 1.5 }, path: '/shards', says: 'whole number' },
  { change: { shards: 65 }, path: '/shards', says: '64' },
  { change: { min_score: '0' }, path: '/min_score', says: '"0"; use a number' },
  { change: { max_score: null }, path: '/max_score', says: 'null; use a number' },
  { change: { update_types: [] }, path: '/update_types', says: 'at least one entry' },
  { change: { update_types: ['a b'] }, path: '/update_types/0', says: '"a b"; use an update type' },
  { change: { id: 'a#b' }, path: '/id', says: '"a#b"; use a board id' },
  { change: { id: 'a/b' }, path: '/id', says: '"a/b"' },
  { change: { id: 'a'.repeat(65) }, path: '/id', says: 'at most 64' },
  { change: { id: '{game_id}{game_id}', scope: 'per_game' }, path: '/id', says: 'a board id' },
  { change: { id: '{game}', scope: 'per_game' }, path: '/id', says: 'a board id' },
  { change: { id: 7 }, path: '/id', says: '7; use a board id' },
  { change: { id: 'game:{game_id}' }, path: '/id', says: 'only a per_game board has {game_id}' },
  { change: { scope: 'per_game' }, path: '/id', says: 'put {game_id} into it' },
  { change: { scope: 'game' }, path: '/game_id', says: 'is missing' },
  { change: { game_id: 'chess' }, path: '/game_id', says: 'use scope game' },
  { change: { scope: 'game', game_id: 'a#b' }, path: '/game_id', says: '"a#b"; use a game id' },
  { change: { operators: 'sum' }, path: '/operators', says: 'is not a key here; use id, scope' },
  { change: { 'a/b~c': 1 }, path: '/a~1b~0c', says: 'is not a key here' },
  { change: { constructor: 1 }, path: '/constructor', says: 'is not a key here' },
];

test.each(wrongBoards)('a board with $change is rejected at $path', ({ change, path, says }) => {
  const file = { default_board: 'GLOBAL', boards: [valid, { ...valid, id: 'other', ...change }] };
  const issue = issuesOf(file).find((candidate) => candidate.path === `/boards/1${path}`);
  expect(issue?.message).toContain(says);
  expect(matchesSchema(file)).toBe(false);
});

test.each(['id', 'scope', 'operator', 'order', 'tie_break', 'windows'])(
  'a board without %s is rejected',
  (key) => {
    const file = { default_board: 'GLOBAL', boards: [{ ...valid, [key]: undefined }] };
    const written: unknown = JSON.parse(JSON.stringify(file));
    expect(issuesOf(written)).toContainEqual({ path: `/boards/0/${key}`, message: 'is missing' });
    expect(matchesSchema(written)).toBe(false);
  },
);

test.each([
  [null, ''],
  [[], ''],
  ['boards', ''],
  [{}, '/boards'],
  [{ default_board: 'GLOBAL', boards: [] }, '/boards'],
  [{ default_board: 'GLOBAL', boards: {} }, '/boards'],
  [{ default_board: 'GLOBAL', boards: ['GLOBAL'] }, '/boards/0'],
  [{ default_board: 1, boards: [valid] }, '/default_board'],
  [{ default_board: 'GLOBAL', boards: [valid], board: 1 }, '/board'],
])('the file %j is rejected at %j', (file, path) => {
  expect(issuesOf(file).map((issue) => issue.path)).toContain(path);
  expect(matchesSchema(file)).toBe(false);
});

test('the message has a line for each issue', () => {
  const file = { default_board: 'GLOBAL', boards: [{ ...valid, operator: 'avg', order: 'up' }] };
  expect(() => parseBoardDefinitions(file)).toThrow(
    'The board definitions are not valid:\n' +
      '- /boards/0/operator is "avg"; use one of best, last, sum, count, min, max\n' +
      '- /boards/0/order is "up"; use one of desc, asc',
  );
});

test('bounds that cross are rejected', () => {
  const file = { default_board: 'GLOBAL', boards: [{ ...valid, min_score: 2, max_score: 1 }] };
  expect(issuesOf(file)).toEqual([
    { path: '/boards/0/min_score', message: 'is 2; use at most the max_score, 1' },
  ]);
});

test('a default board without a definition is rejected', () => {
  const boards = [valid, { ...valid, id: 'game:{game_id}', scope: 'per_game' }];
  for (const default_board of ['OTHER', 'game:{game_id}', 'game:']) {
    expect(issuesOf({ default_board, boards }).map(({ path }) => path)).toEqual(['/default_board']);
  }
});

test.each([
  ['a', 'a', true],
  ['a', 'b', false],
  ['game:{game_id}', 'game:chess', true],
  ['game:{game_id}', 'GLOBAL', false],
  ['game:{game_id}', 'game:weekly:{game_id}', true],
  ['game:{game_id}', 'best:{game_id}', false],
  ['game{game_id}', 'game:{game_id}', false],
  ['{game_id}:x', 'y:{game_id}', true],
  ['{game_id}:x', '{game_id}:y', false],
  ['{game_id}', 'GLOBAL', true],
])('ids %s and %s can name the same board: %s', (a, b, canCollide) => {
  expect(areRejectedTogether(a, b)).toBe(canCollide);
  expect(areRejectedTogether(b, a)).toBe(canCollide);
});

test('no two games or definitions of accepted files share a board', () => {
  const part = fc.stringMatching(/^[ab:]{0,2}$/);
  const template = fc
    .tuple(part, part, fc.boolean())
    .map(([before, after, isTemplate]) => `${before}${isTemplate ? '{game_id}' : ''}${after}`)
    .filter((id) => /^[ab{]/.test(id));
  const gameId = fc.stringMatching(/^[ab][ab:]{0,4}$/);
  fc.assert(
    fc.property(template, template, gameId, gameId, (a, b, gameA, gameB) => {
      fc.pre(!areRejectedTogether(a, b));
      const { boards } = parseBoardDefinitions({
        default_board: 'D',
        boards: [board('D'), board(a), board(b)],
      });
      const idsOf = (game_id: string) =>
        boardsFor({ game_id, score: 1, update_type: 't' }, boards).map(({ id }) => id);
      expect(idsOf(gameA)[1]).not.toBe(idsOf(gameB)[2]);
    }),
    { numRuns: 2000 },
  );
});

function board(id: string) {
  return { ...valid, id, scope: id.includes('{') ? 'per_game' : 'all_games' };
}

function areRejectedTogether(a: string, b: string): boolean {
  return issuesOf({ default_board: 'D', boards: [board('D'), board(a), board(b)] }).some(
    ({ path, message }) => path === '/boards/2/id' && message.includes('can name the same board'),
  );
}

function issuesOf(file: unknown): BoardDefinitionsError['issues'] {
  try {
    parseBoardDefinitions(file);
  } catch (error) {
    return (error as BoardDefinitionsError).issues;
  }
  return [];
}

/** Validates by the schema alone, without the rules in code. */
function matchesSchema(file: unknown): boolean {
  return validateBoardDefinitions(structuredClone(file));
}
