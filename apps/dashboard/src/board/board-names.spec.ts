import { expect, test } from '@jest/globals';
import { boardName, boardRules, windowName } from './board-names.ts';

test('boards and windows have readable names', () => {
  expect(['GLOBAL', 'game:chess', 'game:space-race'].map(boardName)).toEqual([
    'Global',
    'Chess',
    'Space race',
  ]);
  expect(['all_time', 'weekly', 'yearly'].map(windowName)).toEqual([
    'All time',
    'This week',
    'Yearly',
  ]);
});

test('the rules of a board are in words', () => {
  const board = { id: 'game:race', windows: [], players: 0 };
  expect(boardRules({ ...board, operator: 'min', order: 'asc', tie_break: 'shared' })).toBe(
    'Lowest score · lowest first · ties share a rank',
  );
});
