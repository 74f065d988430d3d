/** How long a failure counts, in ms. */
const FAILURE_MS = 1_000;

export interface TimedValueOptions<Value> {
  readonly read: () => Promise<Value>;
  /** How long a value counts, in ms. */
  readonly maxAgeMs: number;
  readonly onFailure: (error: unknown) => void;
}

/** A value from outside that many reads may share for a while. */
export class TimedValue<Value> {
  readonly #options: TimedValueOptions<Value>;
  #present: { readonly value: Promise<Value | undefined>; readonly readAt: number } | undefined;
  #maxAgeMs = 0;

  constructor(options: TimedValueOptions<Value>) {
    this.#options = options;
  }

  /** @returns undefined when it cannot be read; the failure counts for a second */
  get(nowMs: number): Promise<Value | undefined> {
    if (this.#present === undefined || nowMs - this.#present.readAt >= this.#maxAgeMs) {
      const { read, maxAgeMs, onFailure } = this.#options;
      this.#maxAgeMs = maxAgeMs;
      const value = read().catch((error: unknown) => {
        this.#maxAgeMs = Math.min(maxAgeMs, FAILURE_MS);
        onFailure(error);
        return undefined;
      });
      this.#present = { value, readAt: nowMs };
    }
    return this.#present.value;
  }
}
