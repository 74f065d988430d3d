import {
  findBoard,
  parseBoardWindow,
  windowPeriod,
  type Board,
  type BoardDefinition,
  type Window,
} from '@leaderboard/ranking';
import { ApiError, quoted } from '../errors.ts';
import { ALL_TIME_PERIOD, readTarget, type ReadTarget } from '../reads/read-target.ts';

export interface WindowRequest {
  readonly window?: string | undefined;
  readonly period?: string | undefined;
}

const PERIOD_EXAMPLES = {
  daily: 'a day such as 2026-11-21',
  weekly: 'an ISO week such as 2026-W47',
  monthly: 'a month such as 2026-11',
} as const satisfies Record<Exclude<Window, 'all_time'>, string>;

/**
 * The window of a board that a request names, in the current period unless it names another. The default window is
 * `all_time`, or the board's first one if it has no `all_time`.
 *
 * @throws ApiError `NotFound`: no definition gives this board; `BadRequest`: the board does not have this window, or
 * the calendar does not have this period.
 * @example requestedWindow('GLOBAL', { window: 'weekly' }, definitions, Date.now()).key // 'GLOBAL#weekly#2026-W47'
 */
export function requestedWindow(
  boardId: string,
  request: WindowRequest,
  definitions: readonly BoardDefinition[],
  nowMs: number,
): ReadTarget {
  const board = requireBoard(boardId, definitions);
  const window = requireWindow(board, request.window);
  const period = requirePeriod(window, request.period) ?? windowPeriod(window, nowMs);
  return readTarget(board, window, period);
}

/**
 * The board of an id.
 *
 * @throws ApiError `NotFound`: no definition gives it.
 */
export function requireBoard(boardId: string, definitions: readonly BoardDefinition[]): Board {
  const board = findBoard(boardId, definitions);
  if (board !== undefined) return board;
  const ids = definitions.map(({ id }) => id).join(', ');
  throw new ApiError('NotFound', `Board ${quoted(boardId)} not found. The boards are: ${ids}.`);
}

/**
 * A window of the board by its name.
 *
 * @throws ApiError `BadRequest`
 */
export function requireWindow({ id, definition }: Board, name: string | undefined): Window {
  const { windows } = definition;
  const fallback = windows.includes('all_time') ? 'all_time' : windows[0];
  const window = windows.find((candidate) => candidate === (name ?? fallback));
  if (window !== undefined) return window;
  throw new ApiError(
    'BadRequest',
    `Invalid window ${quoted(name ?? '')}. Board ${id} has: ${windows.join(', ')}.`,
  );
}

function requirePeriod(window: Window, period: string | undefined): string | undefined {
  if (period === undefined) return undefined;
  const invalid = (remedy: string) =>
    new ApiError('BadRequest', `Invalid period ${quoted(period)}. Window ${window} ${remedy}.`);
  if (window === 'all_time') {
    if (period === ALL_TIME_PERIOD) return undefined;
    throw invalid('has no period');
  }
  // Any board id will do: only the calendar decides whether there is such a period.
  const parsed = parseBoardWindow(`board#${window}#${period}`);
  if (parsed?.period !== undefined) return parsed.period;
  throw invalid(`takes ${PERIOD_EXAMPLES[window]}`);
}
