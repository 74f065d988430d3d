import { instantMs } from '@leaderboard/ranking';
import type { BoardWindow } from './requested-window.ts';
import { exactNumber } from '../http/exact-json.ts';
import type { RankedEntry } from '../reads/ranked-entry.ts';

/** A place as every answer shows it. Fields are named one by one, so that nothing else of an item gets out. */
export function toEntry({ rank, playerId, score, updates, achievedAtMs }: RankedEntry) {
  return {
    rank,
    player_id: playerId,
    score: exactNumber(score),
    updates,
    achieved_at: toInstant(achievedAtMs),
  };
}

export function describeWindow({ board, window, period }: BoardWindow) {
  return { board: board.id, window, period };
}

/** ISO 8601 in UTC with ms, from ms since the epoch. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}

/** An instant as the update had it, with ms. */
export function withMs(instant: string): string {
  return toInstant(instantMs(instant));
}
