import { parseRankKey, rankStart } from '@leaderboard/ranking';
import type { RunEntry } from '@leaderboard/ranks';
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

/**
 * Consecutive entries with their ranks.
 *
 * @param before players before the first entry
 * @param better those of them who do not share its rank
 */
export function rankedEntries(
  entries: readonly RunEntry[],
  { board }: ReadTarget,
  { before, better }: { readonly before: number; readonly better: number },
): RankedEntry[] {
  const { definition } = board;
  let start: string | undefined;
  let rank = 0;
  return entries.flatMap(({ key, updates = 0, achievedAtMs }, index) => {
    const place = parseRankKey(key, definition);
    if (place === undefined) return [];
    const ownStart = rankStart(key, definition.tie_break);
    if (start === undefined) rank = better + 1;
    else if (ownStart !== start) rank = before + index + 1;
    start = ownStart;
    const { player_id, score } = place;
    const reachedMs = place.achieved_at_ms ?? achievedAtMs ?? 0;
    return { rank, player_id, score, updates, achieved_at: new Date(reachedMs).toISOString() };
  });
}
