import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { Applied } from '@leaderboard/tables';
import { PlayerPoller, type PlayerPollerOptions } from './player-poller.ts';

/** How far a player's ledger is folded in, and when. */
export type AppliedVersion = Pick<Applied, 'version' | 'applied_at'>;

/** What the watch reads: only players who have updates in flight. */
export interface WatchedStandings {
  /** The standings table: one item a player. */
  appliedOf(playerIds: readonly string[]): Promise<ReadonlyMap<string, AppliedVersion>>;
  /** The read API: how many updates of each player are in the standing that it shows. */
  updatesShownOf(playerIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Whether an update counts on the board that the read API is asked for. */
  isShown(update: LeaderboardUpdate): boolean;
}

/** When an update reached each stage, in milliseconds since the epoch; undefined where it was not seen to. */
export interface Journey {
  update: LeaderboardUpdate;
  calledAtMs: number;
  acceptedAtMs: number;
  standingAtMs?: number;
  readAtMs?: number;
}

export type WatchOptions = Omit<PlayerPollerOptions<never>, 'look'>;

/**
 * Follows every accepted update into the standings, and on until the read API shows it.
 *
 * The ledger is new: the n-th update of a player that the queue accepts becomes the player's version n.
 */
export class StandingsWatch {
  readonly #source: WatchedStandings;
  readonly #applied: PlayerPoller<AppliedVersion>;
  readonly #shown: PlayerPoller<number>;
  readonly #counts = new Map<string, { version: number; shown: number }>();
  readonly #journeys = new Map<string, Journey>();
  readonly #reads: Promise<void>[] = [];

  constructor(source: WatchedStandings, options: WatchOptions) {
    this.#source = source;
    this.#applied = new PlayerPoller({ ...options, look: (ids) => source.appliedOf(ids) });
    this.#shown = new PlayerPoller({ ...options, look: (ids) => source.updatesShownOf(ids) });
  }

  /** Whether nothing moved for too long; the watch then no longer waits. */
  get gaveUp(): boolean {
    return this.#applied.gaveUp || this.#shown.gaveUp;
  }

  /** Why the last read failed; undefined when it did not. */
  get lastError(): unknown {
    return this.#applied.lastError ?? this.#shown.lastError;
  }

  /** One for each update, in the order in which the queue accepted them. */
  get journeys(): readonly Journey[] {
    return [...this.#journeys.values()];
  }

  /** Resolves once the update is in all of its player's standings, or the watch has ended. A repeat resolves immediately. */
  async follow(journey: Journey): Promise<void> {
    const { update } = journey;
    const key = eventKey(update);
    if (this.#journeys.has(key)) return;
    this.#journeys.set(key, journey);
    const { version, shown } = this.#count(update);
    const applied = await this.#applied.waitFor(
      update.player_id,
      (seen) => seen.version >= version,
    );
    if (applied === undefined) return;
    journey.standingAtMs = applied.seen.applied_at;
    this.#reads.push(this.#followToRead(journey, shown));
  }

  /** Resolves once the read API shows every update that is in the standings, or the watch has ended. */
  async allShown(): Promise<void> {
    await Promise.all(this.#reads);
  }

  async #followToRead(journey: Journey, count: number): Promise<void> {
    const shown = await this.#shown.waitFor(journey.update.player_id, (seen) => seen >= count);
    if (shown !== undefined) journey.readAtMs = shown.atMs;
  }

  #count(update: LeaderboardUpdate): { version: number; shown: number } {
    const before = this.#counts.get(update.player_id) ?? { version: 0, shown: 0 };
    const count = {
      version: before.version + 1,
      shown: before.shown + (this.#source.isShown(update) ? 1 : 0),
    };
    this.#counts.set(update.player_id, count);
    return count;
  }
}

/** An update is one event of one player. */
export function eventKey({
  player_id,
  event_id,
}: Pick<LeaderboardUpdate, 'player_id' | 'event_id'>): string {
  return JSON.stringify([player_id, event_id]);
}
