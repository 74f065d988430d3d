import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** What code takes from outside so that a run can be repeated: time and chance. */
export interface Runtime {
  /** ms since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** @param signal ends the wait early */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The clock of the machine. Handlers pass it in; nothing else reads it. */
export const SYSTEM_RUNTIME: Runtime = {
  now: Date.now,
  random: Math.random,
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};

/** Hex digits of an id: two are the same once in 10^12. */
const ID_DIGITS = 10;

/** An id that no other call returns, on any machine: hex digits. */
export function uniqueId(): string {
  return randomUUID().replaceAll('-', '').slice(0, ID_DIGITS);
}
