import { instantMs } from '@leaderboard/ranking';
import { readRankKey } from './rank-key-value.ts';
import type { RankedKey } from './rank-index.ts';
import type { ReadTarget } from './read-target.ts';
import type { TableStanding } from './standings-table.ts';

/** One player's place on a window of a board. */
export interface RankedEntry {
  readonly rank: number;
  readonly playerId: string;
  /** Canonical decimal string. */
  readonly score: string;
  readonly updates: number;
  /** ms since the epoch. */
  readonly achievedAtMs: number;
}

/** An entry, if the standing still exists, and whether index and table agree on it. */
export interface PlacedEntry {
  readonly entry: RankedEntry | undefined;
  readonly isSettled: boolean;
}

/** The entry of a player whose place was computed from the item itself. */
export function entryOfStanding(
  rank: number,
  standing: TableStanding,
  target: ReadTarget,
): PlacedEntry {
  const { playerId, score, updates, achievedAt, definitionHash } = standing;
  return {
    entry: { rank, playerId, score, updates, achievedAtMs: instantMs(achievedAt) },
    isSettled: definitionHash === target.definitionHash,
  };
}

/**
 * The entry of a place in the index. The item is read a moment later. If the player has moved by then, the entry has the
 * score of the place, which the key contains; `updates` (and `achieved_at` where ranks are shared, since those keys have
 * no time) may be newer. A standing that was removed has no entry.
 */
export function entryOfPlace(
  rank: number,
  key: RankedKey,
  standing: TableStanding | undefined,
  target: ReadTarget,
): PlacedEntry {
  if (standing === undefined) return { entry: undefined, isSettled: false };
  if (standing.rankKey === key.rankKey) return entryOfStanding(rank, standing, target);
  const value = readRankKey(key.rankKey, target.board.definition);
  if (value === undefined) return { entry: undefined, isSettled: false };
  return {
    entry: {
      rank,
      playerId: key.playerId,
      score: value.score,
      updates: standing.updates,
      achievedAtMs: value.achievedAtMs ?? instantMs(standing.achievedAt),
    },
    isSettled: false,
  };
}
