import { instantMs } from '@leaderboard/ranking';
import { exactNumber } from '../http/exact-json.ts';
import type { Freshness } from '../reads/live-reader.ts';
import type { RankedEntry } from '../reads/ranked-entry.ts';
import type { ReadTarget } from '../reads/read-target.ts';

/** A place on a board. Fields are listed one by one, so that no other field of an item becomes public. */
export function toEntry({ rank, player_id, score, updates, achieved_at }: RankedEntry) {
  return { rank, player_id, score: exactNumber(score), updates, achieved_at: withMs(achieved_at) };
}

export function windowFields({ board, window, period }: ReadTarget) {
  return { board: board.id, window, period };
}

/** What every live response says about itself. */
export function freshnessFields({ asOfMs, lagMs, isExact }: Freshness) {
  return { as_of: toInstant(asOfMs), lag_ms: lagMs, exact: isExact };
}

/** ISO 8601 in UTC with ms, from ms since the epoch. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** An instant of an update, with ms. */
export function withMs(instant: string): string {
  return toInstant(instantMs(instant));
}
