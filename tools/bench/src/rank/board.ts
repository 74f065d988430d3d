import { rankKey, type RankRules } from '@leaderboard/ranking';
import type { RunEntry } from '@leaderboard/ranks';
import { seededRandom } from '@leaderboard/testing/random';
import type { LogItem } from '@leaderboard/tables';
import { logId } from '@leaderboard/tables';

export const RULES: RankRules = { order: 'desc', tie_break: 'earliest' };
export const WINDOW = 'all_time';

/** Scores are below this, so that score and place of arrival are one exact number. */
const SCORES = 2 ** 28;
const ARRIVALS = 2 ** 24;
/** When the first player arrived (ms since the epoch). */
export const START_MS = Date.parse('2026-11-21T00:00:00Z');

/** How the scores of a board are spread: a score from two numbers in [0, 1). */
export const DISTRIBUTIONS = {
  uniform: (a: number) => a * 1_000_000,
  normal: (a: number, b: number) =>
    50_000 + 15_000 * Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b),
  Zipf: (a: number) => 100 / (1 - a),
  'three scores': (a: number) => 100 * (1 + Math.floor(a * 3)),
} as const;

/** A board in which some players changed since its run was written, and every player's rank in it by sorting. */
export class BenchBoard {
  readonly players: number;
  readonly #scores: Float64Array;
  /** Number of a player's arrival at its score: ties are broken by it. */
  readonly #arrivals: Float64Array;
  readonly #sorted: Float64Array;
  /** Moves that are not in the run: what a log holds shortly before it is merged. */
  readonly log: LogItem[] = [];
  readonly #before = new Map<number, { score: number; arrival: number }>();

  /** @param changes players that changed since */
  constructor(
    scoreOf: (a: number, b: number) => number,
    players: number,
    changes: number,
    seed: number,
  ) {
    if (players + changes > ARRIVALS) {
      throw new Error(
        `A board has at most ${ARRIVALS - changes} players in this benchmark, and ${players} were asked for.`,
      );
    }
    const random = seededRandom(seed);
    this.players = players;
    this.#scores = new Float64Array(players);
    this.#arrivals = new Float64Array(players);
    for (let player = 0; player < players; player += 1) {
      const score = Math.floor(scoreOf(random(), random()));
      this.#scores[player] = Math.min(Math.max(score, 0), SCORES - 2);
      this.#arrivals[player] = player;
    }
    for (let change = 0; change < changes; change += 1) {
      const player = Math.floor(random() * players);
      const before = this.key(player);
      if (!this.#before.has(player)) {
        this.#before.set(player, {
          score: this.#scores[player] ?? 0,
          arrival: this.#arrivals[player] ?? 0,
        });
      }
      this.#scores[player] = Math.min((this.#scores[player] ?? 0) + 1, SCORES - 1);
      this.#arrivals[player] = players + change;
      const after = { place: placeOf(this.key(player)), updates: 2, achievedAtMs: undefined };
      const moves = [{ window: WINDOW, before: placeOf(before), after }];
      const id = logId(START_MS + players + change, change.toString(36).padStart(6, '0'));
      this.log.push({ id, players: [{ playerId: playerId(player), moves }] });
    }
    this.#sorted = this.#scores.map((score, player) => position(score, this.#arrivals[player]));
    this.#sorted.sort();
  }

  /** The player's rank key now. */
  key(player: number): string {
    return keyOf(this.score(player), this.#arrivals[player] ?? 0, player);
  }

  score(player: number): number {
    return this.#scores[player] ?? 0;
  }

  /** The player's rank by sorting all of them, from 1. */
  rank(player: number): number {
    const wanted = position(this.score(player), this.#arrivals[player]);
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  }

  /** The board before the changes, as sorted entries of a run. */
  *entriesOfRun(): Generator<RunEntry> {
    const before = Float64Array.from(this.#scores, (score, player) => {
      const known = this.#before.get(player);
      return position(known?.score ?? score, known?.arrival ?? this.#arrivals[player]);
    });
    before.sort();
    for (const place of before) yield insertion(place);
  }

  /** What one more point for every n-th player of a board without a log adds up to, as sorted entries of a run. */
  *entriesOfUpdates(every: number): Generator<RunEntry> {
    const updated = this.#sorted.filter((_, index) => index % every === 0);
    let inserted = 0;
    for (const removed of updated) {
      while (inserted < updated.length) {
        const place = (updated[inserted] ?? 0) - ARRIVALS;
        if (place > removed) break;
        yield insertion(place);
        inserted += 1;
      }
      yield { ...insertion(removed), net: -1, updates: undefined };
    }
  }
}

export function playerId(player: number): string {
  return `player-${player.toString().padStart(8, '0')}`;
}

/** The place of a player with this score who arrived under its own number. */
export function placeOfScore(score: number, player: number): string {
  return placeOf(keyOf(score, player, player));
}

/** Sorts as the keys do: higher scores first, then those who arrived earlier. */
function position(score: number, arrival = 0): number {
  return (SCORES - 1 - score) * ARRIVALS + arrival;
}

function keyOf(score: number, arrival: number, player: number): string {
  const achieved_at = new Date(START_MS + arrival).toISOString();
  return rankKey({ player_id: playerId(player), score: String(score), achieved_at }, RULES);
}

/** The entry of the player at a position, whose arrival has its own number. */
function insertion(place: number): RunEntry {
  const player = place % ARRIVALS;
  const key = keyOf(SCORES - 1 - Math.floor(place / ARRIVALS), player, player);
  return { key, net: 1, time: START_MS, updates: 1, achievedAtMs: undefined };
}

function placeOf(key: string): string {
  return key.slice(0, key.lastIndexOf('#'));
}
