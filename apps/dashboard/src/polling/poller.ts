import { backoffMs, type BackoffLimits } from './backoff.ts';

/** The timers of the browser, or of a test. Times in milliseconds. */
export interface Clock {
  now(): number;
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface PollerOptions<T> {
  /** One poll; its signal is aborted when a newer poll replaces it. */
  task(signal: AbortSignal): Promise<T>;
  onResult(result: T): void;
  /** @param retryAt on the given clock */
  onFailure(error: unknown, retryAt: number): void;
  intervalMs: number;
  backoff: BackoffLimits;
  clock: Clock;
  random(): number;
}

/**
 * Repeats a task: one at a time, an interval after the last success, with growing delays after failures,
 * and not while paused.
 */
export class Poller<T> {
  readonly #options: PollerOptions<T>;
  #timer: unknown;
  #current: AbortController | undefined;
  #failures = 0;
  #nextAt: number | undefined;
  #paused = false;

  constructor(options: PollerOptions<T>) {
    this.#options = options;
  }

  /** Polls immediately, and replaces a poll in progress. While paused, the poll waits for `resume`. */
  pollNow(): void {
    this.#current?.abort();
    this.#current = undefined;
    this.#schedule(0);
  }

  /** Stops polling, for example while the page is hidden. A poll in progress may finish. */
  pause(): void {
    this.#paused = true;
    this.#options.clock.clearTimeout(this.#timer);
  }

  /** Continues, immediately if a poll became due while paused. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#nextAt !== undefined) this.#schedule(this.#nextAt - this.#options.clock.now());
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    const delay = Math.max(0, delayMs);
    clock.clearTimeout(this.#timer);
    this.#nextAt = clock.now() + delay;
    if (this.#paused) return;
    if (delay === 0) void this.#poll();
    else this.#timer = clock.setTimeout(() => void this.#poll(), delay);
  }

  async #poll(): Promise<void> {
    const { task, onResult, onFailure, intervalMs, clock } = this.#options;
    const controller = new AbortController();
    this.#current = controller;
    this.#nextAt = undefined;
    let outcome: { result: T } | { error: unknown };
    try {
      outcome = { result: await task(controller.signal) };
    } catch (error) {
      outcome = { error };
    }
    // A newer poll has replaced this one.
    if (this.#current !== controller) return;
    this.#current = undefined;
    if ('result' in outcome) {
      this.#failures = 0;
      this.#schedule(intervalMs);
      onResult(outcome.result);
    } else {
      this.#failures += 1;
      const delay = this.#delayAfter(outcome.error);
      this.#schedule(delay);
      onFailure(outcome.error, clock.now() + delay);
    }
  }

  #delayAfter(error: unknown): number {
    const { backoff, random } = this.#options;
    const asked =
      error instanceof Error && 'retryAfterMs' in error ? Number(error.retryAfterMs ?? 0) : 0;
    return Math.max(backoffMs(this.#failures, backoff, random()), Math.min(asked, backoff.maxMs));
  }
}
