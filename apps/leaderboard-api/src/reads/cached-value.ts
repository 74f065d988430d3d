/** How long a failure counts, in ms. */
const FAILURE_MS = 1_000;

export interface CachedValueOptions<Value> {
  readonly read: () => Promise<Value>;
  /** How long a value counts, in ms. */
  readonly maxAgeMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** A value that concurrent and later reads share until it expires. */
export class CachedValue<Value> {
  readonly #options: CachedValueOptions<Value>;
  #current: { readonly value: Promise<Value | undefined>; readonly readAt: number } | undefined;
  #maxAgeMs = 0;

  constructor(options: CachedValueOptions<Value>) {
    this.#options = options;
  }

  /** @returns undefined if it cannot be read; a failure counts for a second */
  get(nowMs: number): Promise<Value | undefined> {
    if (this.#current === undefined || nowMs - this.#current.readAt >= this.#maxAgeMs) {
      const { read, maxAgeMs, onFailure } = this.#options;
      this.#maxAgeMs = maxAgeMs;
      const value = read().catch((error: unknown) => {
        this.#maxAgeMs = Math.min(maxAgeMs, FAILURE_MS);
        onFailure(error);
        return undefined;
      });
      this.#current = { value, readAt: nowMs };
    }
    return this.#current.value;
  }
}
