import type { Entry, HistoryEntry } from '../src/generated/api-types.ts';

const NAMES =
  'ada grace linus margaret alan katherine edsger barbara donald radia ken frances dennis hedy tim joan guido shafi vint lynn';
const GAMES = ['chess', 'space-race', 'tetris'];
/** 20 names × 13 suffixes = 260 players. */
const SUFFIXES = 13;
const SCORES_PER_PLAYER = 12;

export const BOARDS = ['GLOBAL', 'game:chess', 'game:space-race', 'game:tetris', 'game:empty'];
export const WINDOWS = ['all_time', 'daily', 'weekly', 'monthly'];

/** A running game: the same seed gives the same scores. Its boards are plain sums and sorts. */
export class MovingLeaderboard {
  readonly #histories = new Map<string, HistoryEntry[]>();
  readonly #start: number;
  #seed: number;
  #now: number;

  constructor(startMs: number, seed = 7) {
    this.#start = startMs;
    this.#now = startMs - 30 * 86_400_000;
    this.#seed = seed;
    const step = (startMs - this.#now) / (SCORES_PER_PLAYER * 20 * SUFFIXES);
    const players = NAMES.split(' ').flatMap((name) =>
      Array.from({ length: SUFFIXES }, (_, index) =>
        index === 0 ? name : `${name}-${String(index * 7)}`,
      ),
    );
    for (let round = 0; round < SCORES_PER_PLAYER; round += 1) {
      for (const player of players) {
        this.#now += step;
        this.score(player, GAMES[this.#random(GAMES.length)] ?? 'chess', this.#random(900) + 100);
      }
    }
  }

  get players(): string[] {
    return [...this.#histories.keys()];
  }

  /** Gives some players near the top new scores. */
  advance(): void {
    const top = this.entries('GLOBAL', 'all_time').slice(0, 40);
    for (let count = 0; count < 6; count += 1) {
      const player = top[this.#random(top.length)]?.player_id ?? 'ada';
      this.#now += 50;
      this.score(player, GAMES[this.#random(GAMES.length)] ?? 'chess', this.#random(400) + 50);
    }
  }

  score(player: string, game: string, score: number): void {
    const history = this.#histories.get(player) ?? [];
    const instant = new Date(this.#now).toISOString();
    history.unshift({
      timestamp: instant,
      occurred_at: instant,
      game_id: game,
      score: String(score),
      update_type: 'score',
      event_id: `${player}-${String(history.length + 1)}`,
      version: history.length + 1,
    });
    this.#histories.set(player, history);
  }

  history(player: string): HistoryEntry[] {
    return this.#histories.get(player) ?? [];
  }

  entries(board: string, window: string): Entry[] {
    const from = this.#windowStart(window);
    const standings = [...this.#histories].flatMap(([player_id, history]) => {
      const counted = history.filter(
        ({ game_id, occurred_at }) =>
          (board === 'GLOBAL' || board === `game:${game_id}`) && Date.parse(occurred_at) >= from,
      );
      const latest = counted[0];
      if (latest === undefined) return [];
      const score = counted.reduce((sum, update) => sum + Number(update.score), 0);
      return [{ player_id, score, updates: counted.length, achieved_at: latest.occurred_at }];
    });
    return standings
      .sort((a, b) => b.score - a.score || a.achieved_at.localeCompare(b.achieved_at))
      .map((standing, index) => ({ ...standing, rank: index + 1, score: String(standing.score) }));
  }

  #windowStart(window: string): number {
    const days = { daily: 1, weekly: 7, monthly: 28 }[window];
    return days === undefined ? 0 : this.#start - days * 86_400_000;
  }

  /** Linear congruential generator, constants of Numerical Recipes. */
  #random(below: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * below);
  }
}
