import { rankStart, type TieBreak } from '@leaderboard/ranking';

/** How many players rank before the first of a run of neighbours. */
export interface Before {
  /** Players with a better rank than the first: their keys are below its rank start. */
  readonly better: number;
  /** Players listed before the first who share its rank. */
  readonly tied: number;
}

/**
 * Ranks of neighbours: keys in order, with no other player between them. Where ranks are shared, the first may share
 * its rank with players before it, who are on an earlier page.
 *
 * @example ranksOfNeighbours(keysOfPage2, { better: 1, tied: 99 }, 'shared') // [2, 2, 2, 104, …]
 */
export function ranksOfNeighbours(
  keys: readonly string[],
  { better, tied }: Before,
  tieBreak: TieBreak,
): number[] {
  let shared = { start: keys[0] && rankStart(keys[0], tieBreak), rank: better + 1 };
  return keys.map((key, index) => {
    const start = rankStart(key, tieBreak);
    if (start !== shared.start) shared = { start, rank: better + tied + index + 1 };
    return shared.rank;
  });
}

/**
 * Ranks of players among others that were only counted.
 *
 * @param keys of the players, in order
 * @param starts the different rank starts of these keys, in order
 * @param others how many others have their key below the first start, between the first and the second, …, from the last on
 * @example ranksAmongOthers(['b', 'd'], ['b', 'd'], [4, 0, 9], 'earliest') // [5, 6]
 */
export function ranksAmongOthers(
  keys: readonly string[],
  starts: readonly string[],
  others: readonly number[],
  tieBreak: TieBreak,
): number[] {
  const better = new Map<string, number>();
  let count = 0;
  for (const [index, start] of starts.entries()) {
    count += others[index] ?? 0;
    better.set(start, count + keys.filter((key) => key < start).length);
  }
  return keys.map((key) => 1 + (better.get(rankStart(key, tieBreak)) ?? 0));
}
