import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { LeaderboardUpdate } from '@leaderboard/contracts';

export interface UpdatePlan {
  readonly seed: number;
  readonly updates: number;
  readonly players: number;
  readonly games: readonly string[];
  /** Now, in ms since 1970: updates occur up to 34 days before it, in no order. */
  readonly nowMs: number;
}

const HOUR_MS = 3_600_000;
/** Where updates occur, in hours before now: within an hour or two of it, so that each day has many players. */
const PLAYED_HOURS_AGO = [0, 0, 0, 0, 24, 24, 7 * 24, 34 * 24 - 2];
/** Scores that are hard to add, to compare and to write; the first ones are drawn often, and so tie. */
const SCORES = [
  ...[0, 1, 10, -1, 0.1, 0.2, -0.1, 99.5, 0.000001, -0.000001, 12_345.678901],
  ...[999_999_999_999_999, -999_999_999_999_999, 123_456_789.123456, 999_999_999.999999],
];

/** Random numbers that a seed repeats. */
export interface SeededRandom {
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  oneOf<Item>(items: readonly Item[]): Item;
}

export function seededRandom(seed: number): SeededRandom {
  const generator = xoroshiro128plus(seed);
  const below = (limit: number) => uniformInt(generator, 0, limit - 1);
  return { below, oneOf: (items) => items[below(items.length)] as never };
}

/** Updates of many players, few of whom play much. The same plan makes the same updates. */
export function seededUpdates(plan: UpdatePlan): LeaderboardUpdate[] {
  const random = seededRandom(plan.seed);
  return Array.from({ length: plan.updates }, (_, index) => {
    const draw = random.below(1_000) / 1_000;
    const agoMs = random.oneOf(PLAYED_HOURS_AGO) * HOUR_MS + random.below(2 * HOUR_MS);
    const occurredMs = plan.nowMs - agoMs;
    return {
      player_id: `player-${Math.floor(draw * draw * plan.players)}`,
      event_id: `event-${plan.seed}-${index}`,
      game_id: random.oneOf(plan.games),
      score: scoreOf(random),
      update_type: random.oneOf(['score_update', 'score_update', 'bonus']),
      occurred_at: instant(occurredMs, random),
      metadata: { index },
    };
  });
}

function scoreOf(random: SeededRandom): number {
  const kind = random.below(4);
  if (kind === 0) return random.oneOf(SCORES);
  const millionths = (random.below(2_000_001) - 1_000_000) * (kind === 1 ? 1 : 1_000);
  return kind === 3 ? random.below(50) : Number((millionths / 1_000_000).toFixed(6));
}

/** Whole minutes are often written without milliseconds, and give many the same time. */
function instant(ms: number, random: SeededRandom): string {
  if (random.below(2) === 0) return new Date(ms).toISOString();
  return new Date(ms - (ms % 60_000)).toISOString().replace('.000Z', 'Z');
}
