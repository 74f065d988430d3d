/** Reads the present secrets, newest first. Rejects when they cannot be reached or are malformed. */
export type SecretSource = () => Promise<readonly string[]>;

export interface SecretCacheOptions {
  readonly source: SecretSource;
  /** Milliseconds; any clock that rises. */
  readonly now: () => number;
  readonly onStale: (error: unknown) => void;
}

/** How long secrets are used without being read again, in ms. */
export const SECRET_TTL_MS = 5 * 60_000;

/** How soon an unknown signature may cause another read, in ms: senders of garbage must not cause one per request. */
export const SECRET_RECHECK_MS = 30_000;

/**
 * The secrets, kept for {@link SECRET_TTL_MS}. When they cannot be read again, the known ones stay in use: a fault of
 * the secrets' store must not turn away signed events.
 */
export class SecretCache {
  readonly #options: SecretCacheOptions;
  #known: readonly string[] | undefined;
  #triedAtMs = -Infinity;
  #reading: Promise<readonly string[]> | undefined;

  constructor(options: SecretCacheOptions) {
    this.#options = options;
  }

  /** @throws the source's error when there are no known secrets to fall back on. */
  async get(): Promise<readonly string[]> {
    return this.#known !== undefined && this.#ageMs() < SECRET_TTL_MS ? this.#known : this.#read();
  }

  /** The secrets after a signature fitted none: read anew, unless that was done a moment ago. */
  async recheck(): Promise<readonly string[]> {
    return this.#known !== undefined && this.#ageMs() < SECRET_RECHECK_MS
      ? this.#known
      : this.#read();
  }

  #ageMs(): number {
    return this.#options.now() - this.#triedAtMs;
  }

  #read(): Promise<readonly string[]> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<readonly string[]> {
    this.#triedAtMs = this.#options.now();
    try {
      this.#known = await this.#options.source();
      return this.#known;
    } catch (error) {
      if (this.#known === undefined) throw error;
      this.#options.onStale(error);
      return this.#known;
    }
  }
}
