import type { Board } from '../generated/api-types.ts';

const OPERATORS: Record<string, string> = {
  best: 'Best score',
  last: 'Latest score',
  sum: 'Sum of scores',
  count: 'Number of updates',
  min: 'Lowest score',
  max: 'Highest score',
};

const TIE_BREAKS: Record<string, string> = {
  earliest: 'ties: earliest first',
  latest: 'ties: latest first',
  shared: 'ties share a rank',
};

const WINDOWS: Record<string, string> = {
  all_time: 'All time',
  daily: 'Today',
  weekly: 'This week',
  monthly: 'This month',
};

/** @example boardName('game:space-race') // 'Space race' */
export function boardName(boardId: string): string {
  return capitalised(boardId.slice(boardId.lastIndexOf(':') + 1));
}

/** The rules of the board in words. */
export function boardRules({ operator, order, tie_break }: Board): string {
  return [
    OPERATORS[operator] ?? operator,
    order === 'asc' ? 'lowest first' : 'highest first',
    TIE_BREAKS[tie_break] ?? tie_break,
  ].join(' · ');
}

export function windowName(window: string): string {
  return WINDOWS[window] ?? capitalised(window);
}

function capitalised(text: string): string {
  const words = text.replace(/[-_.]+/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
