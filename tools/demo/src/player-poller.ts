import { setTimeout as sleep } from 'node:timers/promises';

/** What was seen of a player, and when. */
export interface Sighting<Seen> {
  seen: Seen;
  /** When the answer was there, in milliseconds since the epoch. */
  atMs: number;
}

export interface PlayerPollerOptions<Seen> {
  /** Looks at players; those of whom there is nothing to see are left out of the answer. */
  look: (playerIds: readonly string[]) => Promise<ReadonlyMap<string, Seen>>;
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Pause between two looks, in ms. */
  pollMs: number;
  /** The longest that nobody may see what they wait for, in ms; the poller then gives up. */
  stalledAfterMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Waiter<Seen> {
  playerId: string;
  isThere: (seen: Seen) => boolean;
  resolve: (sighting: Sighting<Seen> | undefined) => void;
}

/** Looks at all players for whom somebody waits, together, again and again while anybody does. */
export class PlayerPoller<Seen> {
  readonly #options: PlayerPollerOptions<Seen>;
  #waiters: Waiter<Seen>[] = [];
  #movedAtMs = 0;
  #isPolling = false;
  #gaveUp = false;
  #lastError: unknown;

  constructor(options: PlayerPollerOptions<Seen>) {
    this.#options = options;
  }

  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** Why the last look failed; undefined when it did not. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** The first sighting of the player that satisfies the caller; undefined when the poller ends before. */
  waitFor(playerId: string, isThere: (seen: Seen) => boolean): Promise<Sighting<Seen> | undefined> {
    const { promise, resolve } = Promise.withResolvers<Sighting<Seen> | undefined>();
    if (this.#hasEnded()) resolve(undefined);
    else this.#waiters.push({ playerId, isThere, resolve });
    void this.#poll();
    return promise;
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    const { signal, pollMs, stalledAfterMs, now } = this.#options;
    this.#movedAtMs = now();
    while (this.#waiters.length > 0 && !this.#hasEnded()) {
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      await this.#lookOnce();
      this.#gaveUp = now() - this.#movedAtMs > stalledAfterMs;
    }
    this.#isPolling = false;
    if (!this.#hasEnded()) return;
    for (const { resolve } of this.#waiters) resolve(undefined);
    this.#waiters = [];
  }

  async #lookOnce(): Promise<void> {
    const { look, now } = this.#options;
    let found: ReadonlyMap<string, Seen>;
    try {
      found = await look([...new Set(this.#waiters.map(({ playerId }) => playerId))]);
      this.#lastError = undefined;
    } catch (error) {
      this.#lastError = error;
      return;
    }
    const atMs = now();
    this.#waiters = this.#waiters.filter(({ playerId, isThere, resolve }) => {
      const seen = found.get(playerId);
      if (seen === undefined || !isThere(seen)) return true;
      resolve({ seen, atMs });
      this.#movedAtMs = atMs;
      return false;
    });
  }

  #hasEnded(): boolean {
    return this.#gaveUp || this.#options.signal.aborted;
  }
}
