import {
  parseDecimal,
  parseRankKey,
  rankKey,
  rankStart,
  toDecimalString,
  type BoardDefinition,
} from '@leaderboard/ranking';
import type { WindowCut } from '@leaderboard/ranks';

/** Players whose score is at least `from` and below `to`; of the best bucket, also at `to`. */
export interface Bucket {
  /** Canonical decimal strings. */
  readonly from: string;
  readonly to: string;
  readonly players: number;
}

/** The worst score of the best players. */
export interface Cutoff {
  readonly percent: number;
  /** The last rank of them, shared ranks counted one by one. */
  readonly position: number;
  /** Canonical decimal string. */
  readonly score: string;
}

export interface Distribution {
  /** From the lowest score to the highest; none on an empty board. */
  readonly buckets: readonly Bucket[];
  readonly cutoffs: readonly Cutoff[];
  /** How many players the limits between buckets may be off; 0 where they are counted. */
  readonly resolution: number;
}

const PERCENTS = [1, 10, 50] as const;

/** How a distribution divides the scores. */
export interface Division {
  /** Buckets at most. */
  readonly buckets: number;
  /**
   * Percent of the players at either end that share one bucket: where a few players are far from all others, equally wide buckets
   * would hold nearly everyone in one.
   */
  readonly tails: number;
}

/** How the scores of a board are distributed. The best and the worst score and the cutoffs are exact. */
export async function distributionOf(
  cut: WindowCut,
  definition: BoardDefinition,
  division: Division,
): Promise<Distribution> {
  const [[first], [last]] = await Promise.all([
    cut.entries('forward', 1),
    cut.entries('backward', 1),
  ]);
  if (first === undefined || last === undefined) {
    return { buckets: [], cutoffs: [], resolution: 0 };
  }
  const scoreOf = (key: string) => parseRankKey(key, definition)?.score ?? '0';
  const ends = [scoreOf(first.key), scoreOf(last.key)].map(parseDecimal);
  const lowest = ends.reduce((a, b) => (a < b ? a : b));
  const highest = ends.reduce((a, b) => (a > b ? a : b));
  /** The score at a place, counted from the best player. */
  const scoreAt = async (position: number) =>
    scoreOf((await cut.keyAfter(position - 1)) ?? last.key);
  const inTail = Math.ceil((cut.total * division.tails) / 100);
  const tails =
    inTail === 0
      ? []
      : (await Promise.all([scoreAt(inTail), scoreAt(cut.total - inTail + 1)])).map(parseDecimal);
  const limits = limitsBetween(lowest, highest, tails, division.buckets);
  // Players with a better score than each limit between two buckets.
  const isDescending = definition.order === 'desc';
  const inner = limits.slice(1, -1);
  const better = await Promise.all(
    inner.map((limit) =>
      // A player at a limit belongs to the bucket above it: on a descending board that one ends below the limit.
      cut.roughlyBelow(placeBefore(isDescending ? limit - 1n : limit, definition)),
    ),
  );
  const above = isDescending ? better : better.map((players) => cut.total - players);
  const counts = [cut.total, ...above, 0];
  const cutoffs = await Promise.all(
    PERCENTS.map(async (percent) => {
      const position = Math.max(1, Math.ceil((cut.total * percent) / 100));
      return { percent, position, score: await scoreAt(position) };
    }),
  );
  return {
    buckets: limits.slice(0, -1).map((from, index) => ({
      from: toDecimalString(from),
      to: toDecimalString(limits[index + 1] ?? highest),
      players: Math.max(0, (counts[index] ?? 0) - (counts[index + 1] ?? 0)),
    })),
    cutoffs,
    resolution: cut.resolution,
  };
}

/**
 * Limits of the buckets, in millionths, rising: equally wide between the scores at which the tails begin, if there are tails.
 */
function limitsBetween(
  lowest: bigint,
  highest: bigint,
  tails: readonly bigint[],
  count: number,
): bigint[] {
  const isDivided = tails.length > 0 && count > 2;
  const [from = lowest, to = highest] = isDivided ? tails.toSorted((a, b) => (a < b ? -1 : 1)) : [];
  const width = to - from;
  const wanted = BigInt(count - (isDivided ? 2 : 0));
  const steps = width < wanted ? width || 1n : wanted;
  const limits = Array.from(
    { length: Number(steps) + 1 },
    (_, index) => from + (width * BigInt(index)) / steps,
  );
  const distinct = [...new Set([lowest, ...limits, highest])];
  return distinct.length > 1 ? distinct : [lowest, highest];
}

/** A string above the keys of all better scores and below those of this score (in millionths). */
function placeBefore(units: bigint, { order }: BoardDefinition): string {
  const placed = { player_id: 'x', score: toDecimalString(units), achieved_at: '' };
  return rankStart(rankKey(placed, { order, tie_break: 'shared' }), 'shared');
}
