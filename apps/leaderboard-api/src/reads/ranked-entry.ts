import { parseRankKey } from '@leaderboard/ranking';
import type { RankedStanding } from '@leaderboard/tables';
import type { Place } from './rank-index.ts';
import type { ReadTarget } from './read-target.ts';

/** One player's place on a window of a board. */
export interface RankedEntry {
  readonly rank: number;
  readonly player_id: string;
  /** Canonical decimal string. */
  readonly score: string;
  readonly updates: number;
  /** ISO 8601 in UTC, with or without ms. */
  readonly achieved_at: string;
}

/** An entry, if the standing still exists, and whether index and table agree on it. */
export interface PlacedEntry {
  readonly entry: RankedEntry | undefined;
  readonly isSettled: boolean;
}

/** The entry of a player whose place was computed from the item itself. */
export function entryOfStanding(
  rank: number,
  standing: RankedStanding,
  target: ReadTarget,
): PlacedEntry {
  const { player_id, score, updates, achieved_at, definition_hash } = standing;
  return {
    entry: { rank, player_id, score, updates, achieved_at },
    isSettled: definition_hash === target.definitionHash,
  };
}

/**
 * The entry of a place in the index. The item is read a moment later. If the player has moved by then, the entry has the
 * score of the place, which the key contains; `updates` (and `achieved_at` where ranks are shared, since those keys have
 * no time) may be newer. A standing that was removed has no entry.
 */
export function entryOfPlace(
  rank: number,
  key: Place,
  standing: RankedStanding | undefined,
  target: ReadTarget,
): PlacedEntry {
  if (standing === undefined) return { entry: undefined, isSettled: false };
  if (standing.rank_key === key.rank_key) return entryOfStanding(rank, standing, target);
  const place = parseRankKey(key.rank_key, target.board.definition);
  if (place === undefined) return { entry: undefined, isSettled: false };
  const { score, achieved_at_ms } = place;
  return {
    entry: {
      rank,
      player_id: key.player_id,
      score,
      updates: standing.updates,
      achieved_at:
        achieved_at_ms === undefined
          ? standing.achieved_at
          : new Date(achieved_at_ms).toISOString(),
    },
    isSettled: false,
  };
}
