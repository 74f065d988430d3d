import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { LeaderboardUpdate } from '@leaderboard/contracts';

/** What a game's traffic looks like. The same plan makes the same traffic, byte for byte. */
export interface TrafficPlan {
  players: number;
  games: number;
  /** Distinct updates, the repeats not counted. */
  updates: number;
  /** Share of updates, 0 to 1, that are sent a second time, as a game server does that got no response. */
  duplicates: number;
  seed: number;
  /** When the play began, in milliseconds since the epoch: the updates occur from then on, a millisecond apart. */
  startMs: number;
}

/** One call that the traffic makes. */
export interface TrafficStep {
  update: LeaderboardUpdate;
  /** Whether the same update was sent before. */
  repeat: boolean;
}

/** How far behind its original a repeat may come, in steps. */
const REPEAT_WITHIN = 200;
const HIGHEST_SCORE = 5000;

/**
 * The calls of a game's servers, in order: few players play much, most a little; some updates repeat an earlier one,
 * and some are genuine second results that happen to equal the first.
 *
 * @example
 * for (const { update } of traffic({ players: 100, games: 3, updates: 1000, duplicates: 0.05, seed: 1, startMs: 0 })) …
 */
export function* traffic(plan: TrafficPlan): Generator<TrafficStep> {
  const random = xoroshiro128plus(plan.seed);
  const recent: LeaderboardUpdate[] = [];
  for (let index = 0; index < plan.updates; index++) {
    const update = updateAt(index, plan, random, recent.at(-1));
    yield { update, repeat: false };
    recent.push(update);
    if (recent.length > REPEAT_WITHIN) recent.shift();
    if (chance(random, plan.duplicates)) {
      const repeated = recent[uniformInt(random, 0, recent.length - 1)];
      if (repeated) yield { update: repeated, repeat: true };
    }
  }
}

function updateAt(
  index: number,
  plan: TrafficPlan,
  random: RandomGenerator,
  previous: LeaderboardUpdate | undefined,
): LeaderboardUpdate {
  const again = previous !== undefined && chance(random, 0.02);
  return {
    player_id: again ? previous.player_id : `player-${skewed(random, plan.players)}`,
    event_id: `${plan.startMs.toString(36)}-${plan.seed}-${index}`,
    game_id: again ? previous.game_id : `game-${skewed(random, plan.games)}`,
    score: again ? previous.score : uniformInt(random, -100, HIGHEST_SCORE * 2) / 2,
    update_type: 'score_update',
    occurred_at: new Date(plan.startMs + index).toISOString(),
    metadata: { source: 'loadgen', step: index },
  };
}

/** A number from 1 to `count`, the low ones far more often: the square of a uniform draw. */
function skewed(random: RandomGenerator, count: number): number {
  const draw = uniformInt(random, 0, 0xff_ff_ff) / 0x1_00_00_00;
  return 1 + Math.floor(draw * draw * count);
}

function chance(random: RandomGenerator, probability: number): boolean {
  return uniformInt(random, 0, 0xff_ff_ff) < probability * 0x1_00_00_00;
}
