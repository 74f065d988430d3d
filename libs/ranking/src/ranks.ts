import { parseDecimal } from './decimal.ts';
import { RankingError } from './errors.ts';
import { instantMs } from './instant.ts';
import type { Placed, RankRules } from './rank-key.ts';

/**
 * Compares two standings of one board in rank order: by score, then by the tie-break, then by `player_id`. Zero only for the
 * same player.
 *
 * @example standings.toSorted((a, b) => compareStandings(a, b, definition))
 */
export function compareStandings(a: Placed, b: Placed, { order, tie_break }: RankRules): number {
  const byScore = compare(parseDecimal(a.score), parseDecimal(b.score));
  if (byScore !== 0) return order === 'asc' ? byScore : -byScore;
  if (tie_break !== 'shared') {
    const byTime = compare(instantMs(a.achieved_at), instantMs(b.achieved_at));
    if (byTime !== 0) return tie_break === 'earliest' ? byTime : -byTime;
  }
  return compare(a.player_id, b.player_id);
}

/**
 * Sorts all standings of one window of a board and adds their 1-based ranks: 1, 2, 3, 4, or, with shared ranks, 1, 2, 2, 4.
 *
 * @example rankStandings(standings, definition).slice(0, 100)
 */
export function rankStandings<T extends Placed>(
  standings: readonly T[],
  rules: RankRules,
): (T & { rank: number })[] {
  let shared: { score: string; rank: number } | undefined;
  return standings
    .toSorted((a, b) => compareStandings(a, b, rules))
    .map((standing, index) => {
      const rank =
        rules.tie_break === 'shared' && shared?.score === standing.score ? shared.rank : index + 1;
      shared = { score: standing.score, rank };
      return { ...standing, rank };
    });
}

/**
 * The percentage of the board's players who are not ranked above the player, the player included: 100 for rank 1, 100 / total
 * for an unshared last rank. Rounded down to 2 digits, so that only rank 1 has 100.
 *
 * Rank and total may come from two reads; a total below the rank is treated as the rank.
 *
 * @throws RankingError `InvalidRank`: the rank is not 1 or more.
 * @example percentile(3, 8) // 75
 */
export function percentile(rank: number, total: number): number {
  if (!Number.isSafeInteger(rank) || rank < 1) {
    throw new RankingError('InvalidRank', `${rank} is not a rank: a rank is an integer from 1.`);
  }
  const players = Math.max(rank, total);
  return Math.floor(((players - rank + 1) * 10_000) / players) / 100;
}

function compare<T extends bigint | number | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
