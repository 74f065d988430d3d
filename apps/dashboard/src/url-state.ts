import { parseRank } from './board/rank-pages.ts';
import type { Board } from './generated/api-types.ts';

/** What a shared link selects; the page chooses the rest. */
export interface UrlState {
  board?: string;
  window?: string;
  /** Place of the first entry, as it is in the link. */
  rank?: string;
  player?: string;
}

/** What the page shows. */
export interface Selection {
  board: string;
  window: string;
  /** Place of the first entry; undefined for the top. */
  rank?: number;
  player?: string;
}

const FIELDS = ['board', 'window', 'rank', 'player'] as const;
const DEFAULT_BOARD = 'GLOBAL';
const DEFAULT_WINDOW = 'all_time';

/** @example parseUrlState('?board=game:chess&player=ada') // { board: 'game:chess', player: 'ada' } */
export function parseUrlState(search: string): UrlState {
  const parameters = new URLSearchParams(search);
  const state: UrlState = {};
  for (const field of FIELDS) {
    const value = parameters.get(field);
    if (value !== null && value !== '') state[field] = value;
  }
  return state;
}

export function formatUrlState(state: UrlState | Partial<Selection>): string {
  const parameters = new URLSearchParams();
  for (const field of FIELDS) {
    const value = state[field];
    if (value !== undefined) parameters.set(field, String(value));
  }
  return `?${parameters.toString().replaceAll('%3A', ':').replaceAll('%40', '@')}`;
}

/**
 * Completes a link with the boards that exist. A board that does not exist stays selected, so that the page
 * can show that; a window that the board does not have is replaced by one that it has.
 */
export function selectionOf(state: UrlState, boards: readonly Board[]): Selection {
  const boardId =
    state.board ??
    boards.find(({ id }) => id === DEFAULT_BOARD)?.id ??
    boards[0]?.id ??
    DEFAULT_BOARD;
  const windows = boards.find(({ id }) => id === boardId)?.windows ?? [];
  const fallback = windows.includes(DEFAULT_WINDOW) ? DEFAULT_WINDOW : windows[0];
  const chosen = state.window;
  const window =
    chosen !== undefined && (windows.length === 0 || windows.includes(chosen))
      ? chosen
      : (fallback ?? DEFAULT_WINDOW);
  const rank = state.rank === undefined ? undefined : parseRank(state.rank);
  return {
    board: boardId,
    window,
    ...(rank === undefined || rank === 1 ? {} : { rank }),
    ...(state.player === undefined ? {} : { player: state.player }),
  };
}

/** The same, from another rank on; 1 is the top. */
export function withRank(selection: Selection, rank: number): Selection {
  const { board, window, player } = selection;
  return {
    board,
    window,
    ...(rank === 1 ? {} : { rank }),
    ...(player === undefined ? {} : { player }),
  };
}
