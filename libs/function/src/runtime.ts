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
