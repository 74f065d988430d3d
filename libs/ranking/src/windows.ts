import { WINDOWS } from './board-definition.ts';
import type { Board, Window } from './board-definition.ts';
import { instantMs } from './instant.ts';

const DAY_MS = 86_400_000;
const DAYS_PER_WEEK = 7;
/** Also the distance of 1970-01-01, a Thursday, from the Monday of its week. */
const DAYS_FROM_MONDAY_TO_THURSDAY = 3;

/** The parts of a `board_window` key. */
export interface BoardWindow {
  board_id: string;
  window: Window;
  /** The day, week or month of the window, for example `2026-W47`; absent for `all_time`. */
  period?: string;
}

/**
 * The period of a window that contains an instant (ms since 1970), in UTC; undefined for `all_time`, which has none.
 *
 * An ISO week belongs to the year of its Thursday, so days around New Year can be in a week of the other year.
 *
 * @example windowPeriod('weekly', Date.UTC(2027, 0, 3)) // '2026-W53'
 */
export function windowPeriod(window: Window, ms: number): string | undefined {
  switch (window) {
    case 'all_time':
      return undefined;
    case 'daily':
      return isoDate(ms);
    case 'monthly':
      return isoDate(ms).slice(0, 'yyyy-mm'.length);
    case 'weekly':
      return isoWeek(ms);
  }
}

/**
 * The key of a window of a board: the sort key of its standings.
 *
 * @example boardWindowKey({ board_id: 'game:chess', window: 'weekly', period: '2026-W47' }) // 'game:chess#weekly#2026-W47'
 */
export function boardWindowKey({ board_id, window, period }: BoardWindow): string {
  return period === undefined ? `${board_id}#${window}` : `${board_id}#${window}#${period}`;
}

/**
 * The keys of the windows of a board in which an update counts: one per window of the definition.
 *
 * @throws RankingError `InvalidInstant`: `occurredAt` is not ISO 8601 in UTC.
 * @example windowsOf(global, '2026-11-21T09:30:00Z') // ['GLOBAL#all_time', 'GLOBAL#weekly#2026-W47']
 */
export function windowsOf(board: Board, occurredAt: string): string[] {
  const ms = instantMs(occurredAt);
  return board.definition.windows.map((window) => {
    const period = windowPeriod(window, ms);
    return boardWindowKey({
      board_id: board.id,
      window,
      ...(period === undefined ? {} : { period }),
    });
  });
}

/**
 * Parses a `board_window` key. Returns undefined for a string that {@link boardWindowKey} never returns, and for a period that
 * does not exist, such as the week 2027-W53.
 *
 * @example parseBoardWindow('GLOBAL#daily#2026-11-21') // { board_id: 'GLOBAL', window: 'daily', period: '2026-11-21' }
 */
export function parseBoardWindow(key: string): BoardWindow | undefined {
  const [board_id = '', name, period, ...rest] = key.split('#');
  const window = WINDOWS.find((candidate) => candidate === name);
  if (board_id === '' || window === undefined || rest.length > 0) return undefined;
  if (window === 'all_time') return period === undefined ? { board_id, window } : undefined;
  if (period === undefined || !isPeriod(window, period)) return undefined;
  return { board_id, window, period };
}

/** A period is valid if it is the period of its first day. */
function isPeriod(window: Window, period: string): boolean {
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(period) ?? [];
  if (window !== 'weekly') {
    const ms = Date.parse(window === 'monthly' ? `${period}-01` : period);
    return !Number.isNaN(ms) && windowPeriod(window, ms) === period;
  }
  if (year === undefined || week === undefined) return false;
  // 4 January is always in week 1.
  const ms = Date.parse(`${year}-01-04T00:00:00Z`) + (Number(week) - 1) * DAYS_PER_WEEK * DAY_MS;
  return windowPeriod(window, ms) === period;
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length);
}

function isoWeek(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const daysAfterMonday = modulo(day + DAYS_FROM_MONDAY_TO_THURSDAY, DAYS_PER_WEEK);
  const thursday = new Date((day - daysAfterMonday + DAYS_FROM_MONDAY_TO_THURSDAY) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const newYear = new Date(thursday).setUTCMonth(0, 1);
  const week = Math.floor((thursday.getTime() - newYear) / (DAYS_PER_WEEK * DAY_MS)) + 1;
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`;
}

/** The non-negative remainder, also for days before 1970. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
