/** Reads the current secrets, newest first. Rejects when they are unavailable or malformed. */
export type SecretSource = () => Promise<readonly string[]>;

export interface SecretCacheOptions {
  readonly source: SecretSource;
  /** ms of a clock that never goes back. */
  readonly now: () => number;
  /** Called when a read failed and the cached secrets stay in use. */
  readonly onStale: (error: unknown) => void;
}

/** How long secrets are cached, in ms. */
export const SECRET_TTL_MS = 5 * 60_000;

/** The shortest time between reads caused by unknown signatures, in ms: invalid requests must not cause a read each. */
export const SECRET_RECHECK_MS = 30_000;

/**
 * Caches the secrets for {@link SECRET_TTL_MS}. When they cannot be read again, the cached ones stay in use: a failure of
 * Secrets Manager must not reject signed events.
 */
export class SecretCache {
  readonly #options: SecretCacheOptions;
  #cached: readonly string[] | undefined;
  #triedAtMs = -Infinity;
  #reading: Promise<readonly string[]> | undefined;

  constructor(options: SecretCacheOptions) {
    this.#options = options;
  }

  /** @throws the source's error when no secrets are cached */
  async get(): Promise<readonly string[]> {
    return this.#cached !== undefined && this.#ageMs() < SECRET_TTL_MS
      ? this.#cached
      : this.#read();
  }

  /** The secrets after a signature matched none of them: read again, unless the last read is recent. */
  async recheck(): Promise<readonly string[]> {
    return this.#cached !== undefined && this.#ageMs() < SECRET_RECHECK_MS
      ? this.#cached
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
      this.#cached = await this.#options.source();
      return this.#cached;
    } catch (error) {
      if (this.#cached === undefined) throw error;
      this.#options.onStale(error);
      return this.#cached;
    }
  }
}
