/** Clocks, timers and randomness, passed in so that a test can repeat a run exactly. */
export interface Runtime {
  /** Wall clock, milliseconds since 1970; only for `occurred_at` and event ids. */
  now(): number;
  /** Monotonic clock, in milliseconds; for every wait and deadline. */
  elapsed(): number;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  randomBytes(count: number): Uint8Array;
  /** Calls back after a delay in milliseconds; the returned function cancels the timer. */
  schedule(callback: () => void, delayMs: number): () => void;
}

const RANDOM_POOL_BYTES = 4_000;
let unusedBytes = new Uint8Array();

/**
 * The system's clocks and timers. A timer keeps the process alive, and exists only while an update is unsettled: an idle
 * producer does not keep the process alive.
 */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  random: () => Math.random(),
  randomBytes: (count) => {
    // One call into the system's generator for many ids.
    if (unusedBytes.length < count) {
      unusedBytes = crypto.getRandomValues(new Uint8Array(Math.max(count, RANDOM_POOL_BYTES)));
    }
    const bytes = unusedBytes.subarray(0, count);
    unusedBytes = unusedBytes.subarray(count);
    return bytes;
  },
  schedule: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
