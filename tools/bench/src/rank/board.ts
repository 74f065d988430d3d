import { rankKey, type RankRules } from '@leaderboard/ranking';
import type { RunEntry } from '@leaderboard/ranks';
import { seededRandom } from '@leaderboard/testing/random';
import { logId, roughBytes, toLogItem, type Item, type PlayerMoves } from '@leaderboard/tables';

export const RULES: RankRules = { order: 'desc', tie_break: 'earliest' };
export const WINDOW = 'all_time';
/** The other window of the board, of which a log holds the moves too. */
const WEEK = 'weekly#2026-W47';
/** What one transaction of a projector holds under load. */
const PLAYERS_PER_ITEM = 10;

/** Scores are below this, so that score and place of arrival are one exact number. */
const SCORES = 2 ** 28;
const ARRIVALS = 2 ** 24;
/** More than a log of megabytes holds. */
const MAX_CHANGES = 2 ** 16;
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

export interface BenchBoardOptions {
  /** A score from two numbers in [0, 1). */
  scoreOf: (a: number, b: number) => number;
  players: number;
  /** Size of the log, in bytes: changes in batches of ten players. */
  logBytes: number;
  /** Partition of the log. */
  partition: string;
  seed: number;
}

/** A board in which some players changed since its run was written, and every player's rank in it by sorting. */
export class BenchBoard {
  readonly players: number;
  readonly #scores: Float64Array;
  /** Number of a player's arrival at its score: ties are broken by it. */
  readonly #arrivals: Float64Array;
  readonly #sorted: Float64Array;
  /** Moves that are not in the run. */
  readonly log: Item[] = [];
  readonly #before = new Map<number, { score: number; arrival: number }>();

  constructor({ scoreOf, players, logBytes, partition, seed }: BenchBoardOptions) {
    if (players >= ARRIVALS - MAX_CHANGES) {
      throw new Error(
        `A board has at most ${ARRIVALS - MAX_CHANGES} players in this benchmark, and ${players} were asked for.`,
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
    for (let bytes = 0, changes = 0; bytes < logBytes; changes += PLAYERS_PER_ITEM) {
      const changed = new Set<number>();
      while (changed.size < PLAYERS_PER_ITEM) changed.add(Math.floor(random() * players));
      const moves = [...changed].map((player, index) => this.#change(player, changes + index));
      const id = logId(START_MS + players + changes, changes.toString(36).padStart(6, '0'));
      const item = toLogItem(partition, { id, players: moves });
      this.log.push(item);
      bytes += roughBytes(item);
    }
    this.#sorted = this.#scores.map((score, player) => position(score, this.#arrivals[player]));
    this.#sorted.sort();
  }

  /** A player gains a point, who had a third of the score this week. */
  #change(player: number, change: number): PlayerMoves {
    const score = this.score(player);
    const arrival = this.#arrivals[player] ?? 0;
    const arrivalNow = this.players + change;
    if (!this.#before.has(player)) this.#before.set(player, { score, arrival });
    this.#scores[player] = Math.min(score + 1, SCORES - 1);
    this.#arrivals[player] = arrivalNow;
    const week = Math.floor(score / 3);
    const move = (window: string, from: number, to: number, updates: number) => ({
      window,
      before: placeOf(keyOf(from, arrival, player)),
      after: { place: placeOf(keyOf(to, arrivalNow, player)), updates, achievedAtMs: undefined },
    });
    return {
      playerId: playerId(player),
      moves: [move(WINDOW, score, this.score(player), 40), move(WEEK, week, week + 1, 8)],
    };
  }

  /** The place at a rank. */
  placeAt(rank: number): string {
    const position = this.#sorted[rank - 1] ?? NaN;
    return placeOf(keyOf(SCORES - 1 - Math.floor(position / ARRIVALS), position % ARRIVALS, 0));
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

/** 36 characters, as a UUID has, of which no two have much in common. */
export function playerId(player: number): string {
  const parts = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35].map((factor) =>
    (Math.imul(player + 1, factor) >>> 0).toString(16).padStart(8, '0'),
  );
  return `${parts.join('-')}-${player.toString().padStart(9, '0')}`;
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
