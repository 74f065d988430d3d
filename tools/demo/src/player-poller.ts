import { setTimeout as sleep } from 'node:timers/promises';

/** What was seen of a player, and when. */
export interface Sighting<Seen> {
  seen: Seen;
  /** When the response arrived, in milliseconds since the epoch. */
  atMs: number;
}

export interface PlayerPollerOptions<Seen> {
  /** Reads players; leaves out those of whom there is nothing to see. */
  look: (playerIds: readonly string[]) => Promise<ReadonlyMap<string, Seen>>;
  /** Ends all waits. */
  signal: AbortSignal;
  /** Pause between two reads, in ms. */
  pollMs: number;
  /** The poller gives up after this time without progress, in ms. */
  stalledAfterMs: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Waiter<Seen> {
  playerId: string;
  isThere: (seen: Seen) => boolean;
  resolve: (sighting: Sighting<Seen> | undefined) => void;
}

/** Polls all players that a caller waits for, in one read, while any caller waits. */
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

  /** Why the last read failed; undefined when it did not. */
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
