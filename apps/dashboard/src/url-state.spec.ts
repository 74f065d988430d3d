import { expect, test } from '@jest/globals';
import { formatUrlState, parseUrlState, selectionOf, withRank } from './url-state.ts';

const board = (id: string, windows: string[]) => ({
  id,
  windows,
  operator: 'best',
  order: 'desc',
  tie_break: 'earliest',
  players: 1,
});
const BOARDS = [board('game:chess', ['daily', 'weekly']), board('GLOBAL', ['weekly', 'all_time'])];

test('a link holds board, window and player', () => {
  const state = { board: 'game:chess', window: 'weekly', player: 'ada@home' };
  expect(formatUrlState(state)).toBe('?board=game:chess&window=weekly&player=ada@home');
  expect(parseUrlState(formatUrlState(state))).toEqual(state);
  const odd = { player: '&board=x <b>+%' };
  expect(parseUrlState(formatUrlState(odd))).toEqual(odd);
});

test('missing parts of a link have defaults, and a window that the board lacks is replaced', () => {
  expect(selectionOf({}, BOARDS)).toEqual({ board: 'GLOBAL', window: 'all_time' });
  expect(selectionOf({ board: 'game:chess' }, BOARDS)).toEqual({
    board: 'game:chess',
    window: 'daily',
  });
  expect(selectionOf({ board: 'game:chess', window: 'all_time' }, BOARDS).window).toBe('daily');
  expect(selectionOf({ player: 'ada' }, BOARDS).player).toBe('ada');
});

test('a rank is the place of the first entry; the top needs none, and what is no rank is the top', () => {
  const selection = { board: 'GLOBAL', window: 'weekly', rank: 5_123 };
  expect(formatUrlState(selection)).toBe('?board=GLOBAL&window=weekly&rank=5123');
  expect(selectionOf(parseUrlState('?window=weekly&rank=5123'), BOARDS)).toEqual(selection);
  for (const rank of ['1', '0', '-5', '1.5', 'ten', '99999999999']) {
    expect(selectionOf({ rank }, BOARDS)).not.toHaveProperty('rank');
  }
  expect(withRank(selection, 1)).toEqual({ board: 'GLOBAL', window: 'weekly' });
  expect(withRank(selection, 7)).toEqual({ ...selection, rank: 7 });
});

test('an unknown board stays selected', () => {
  expect(selectionOf({ board: 'game:go', window: 'weekly' }, BOARDS)).toEqual({
    board: 'game:go',
    window: 'weekly',
  });
});
