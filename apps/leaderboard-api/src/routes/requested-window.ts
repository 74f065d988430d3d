import {
  boardDefinitionHash,
  boardWindowKey,
  findBoard,
  parseBoardWindow,
  rankPartitions,
  windowPeriod,
  type Board,
  type BoardDefinition,
  type Window,
} from '@leaderboard/ranking';
import { ApiError, quoted } from '../errors.ts';

/** What `period` is for a window that never ends. */
const ALL_TIME_PERIOD = 'all_time';

/** One window of one board: what a request reads. */
export interface BoardWindow {
  readonly board: Board;
  readonly window: Window;
  /** `all_time`, or the day, week or month: `2026-11-21`, `2026-W47`, `2026-11`. */
  readonly period: string;
  /** Sort key of its standings, for example `game:chess#weekly#2026-W47`. */
  readonly key: string;
  /** Partitions of the index that it is spread over. */
  readonly partitions: readonly string[];
  readonly definitionHash: string;
}

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
 * The window of a board that a request names: the present period, unless it names another. Without a window it is
 * `all_time`, or the board's first window if it has no `all_time`.
 *
 * @throws ApiError `NotFound`: no definition gives this board; `BadRequest`: the board does not have this window, or
 * the calendar does not have this period.
 * @example selectBoardWindow('GLOBAL', { window: 'weekly' }, definitions, Date.now()).key // 'GLOBAL#weekly#2026-W47'
 */
export function selectBoardWindow(
  boardId: string,
  request: WindowRequest,
  definitions: readonly BoardDefinition[],
  nowMs: number,
): BoardWindow {
  const board = requireBoard(boardId, definitions);
  const window = requireWindow(board, request.window);
  const period = requirePeriod(window, request.period) ?? windowPeriod(window, nowMs);
  const key = boardWindowKey({ board_id: board.id, window, ...(period && { period }) });
  return {
    board,
    window,
    period: period ?? ALL_TIME_PERIOD,
    key,
    partitions: rankPartitions(key, board.definition.shards),
    definitionHash: boardDefinitionHash(board.definition),
  };
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
  throw new ApiError('NotFound', `There is no board ${quoted(boardId)}; the boards are ${ids}.`);
}

/**
 * A window by its name, where the board has it.
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
    `window is ${quoted(name ?? '')}; board ${id} has ${windows.join(', ')}.`,
  );
}

function requirePeriod(window: Window, period: string | undefined): string | undefined {
  if (period === undefined) return undefined;
  if (window === 'all_time') {
    if (period === ALL_TIME_PERIOD) return undefined;
    throw new ApiError('BadRequest', `period is ${quoted(period)}; window all_time has no period.`);
  }
  // Any board id gives the same answer: what is asked is whether the calendar has the period.
  const parsed = parseBoardWindow(`board#${window}#${period}`);
  if (parsed?.period !== undefined) return parsed.period;
  throw new ApiError(
    'BadRequest',
    `period is ${quoted(period)}; window ${window} takes ${PERIOD_EXAMPLES[window]}.`,
  );
}
