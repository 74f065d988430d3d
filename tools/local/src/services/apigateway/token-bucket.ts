/** Admits bursts of up to `burst` requests, and `rate` requests per second in the long run. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  /** @param nowMs a monotonic clock */
  constructor(rate: number, burst: number, nowMs: () => number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#nowMs = nowMs;
    this.#tokens = burst;
    this.#filledAtMs = nowMs();
  }

  /** @returns whether the request is admitted */
  take(): boolean {
    const now = this.#nowMs();
    const gained = ((now - this.#filledAtMs) / 1_000) * this.#rate;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAtMs = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
