import { utcDateTimeMs } from '@leaderboard/contracts';
import { RankingError } from './errors.ts';

const YEAR_1_MS = Date.parse('0001-01-01T00:00:00Z');

/**
 * The instant of an `occurred_at` or `achieved_at` in ms since 1970, UTC. A string without `Z` is rejected: JavaScript would
 * read it in the time zone of the machine.
 *
 * @throws RankingError `InvalidInstant`: not ISO 8601 in UTC, or before year 1.
 * @example instantMs('2026-11-21T09:30:00Z') // 1795253400000
 */
export function instantMs(text: string): number {
  const ms = utcDateTimeMs(text);
  if (ms === undefined || ms < YEAR_1_MS) {
    throw new RankingError(
      'InvalidInstant',
      `"${text}" is not an instant: use ISO 8601 in UTC, for example 2026-11-21T09:30:00.123Z.`,
    );
  }
  return ms;
}
