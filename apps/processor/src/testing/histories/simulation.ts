import { setImmediate as pendingCallbacks } from 'node:timers/promises';

interface Event {
  readonly atMs: number;
  readonly run: () => void | Promise<void>;
}

/**
 * Virtual time. Everything that happens in a history is an event at a time; events run one after the other, and before the
 * next one runs, all code that the last one woke has reached its next wait. So a history depends on its seed alone.
 */
export class Simulation {
  #nowMs: number;
  /** Sorted by time; events of one time run in the order in which they were planned. */
  readonly #events: Event[] = [];

  /** @param startMs ms since the epoch */
  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** ms since the epoch. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Plans an event. An event that rejects ends the simulation. */
  after(delayMs: number, run: () => void | Promise<void>): void {
    const atMs = this.#nowMs + Math.max(0, Math.ceil(delayMs));
    const index = this.#events.findLastIndex((event) => event.atMs <= atMs) + 1;
    this.#events.splice(index, 0, { atMs, run });
  }

  /** Runs until nothing is planned any more. */
  async run(): Promise<void> {
    for (;;) {
      await pendingCallbacks();
      const event = this.#events.shift();
      if (event === undefined) return;
      this.#nowMs = event.atMs;
      await event.run();
    }
  }
}
