import { seededRandom } from '@leaderboard/testing/random';
import type { Runtime } from '../src/runtime.ts';

interface Timer {
  at: number;
  order: number;
  callback: () => void;
}

/** A clock that the test moves, and seeded randomness: every run is the same. */
export class VirtualRuntime implements Runtime {
  readonly startedAt = Date.parse('2026-11-21T09:30:00.000Z');
  /** How far the host's wall clock is ahead of the true time, in ms. */
  aheadMs = 0;
  #elapsed = 0;
  #suspendedMs = 0;
  #order = 0;
  readonly #random: () => number;
  readonly #timers = new Set<Timer>();

  constructor(seed = 1) {
    this.#random = seededRandom(seed);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.trueNow() + this.aheadMs;
  }

  trueNow(): number {
    return this.startedAt + this.#elapsed + this.#suspendedMs;
  }

  /** The host is suspended: time passes, but not on {@link elapsed}, and no timer fires. */
  suspend(ms: number): void {
    this.#suspendedMs += ms;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  random(): number {
    return this.#random();
  }

  randomBytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => Math.floor(this.random() * 256));
  }

  schedule(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#elapsed + delayMs, order: (this.#order += 1), callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(resolve, delayMs);
    });
  }

  /** Runs timers until none is left, or until the given time on this clock. */
  async run(untilMs = Infinity): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const next = [...this.#timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined || next.at > untilMs) break;
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.callback();
    }
    if (untilMs !== Infinity) this.#elapsed = Math.max(this.#elapsed, untilMs);
  }
}
