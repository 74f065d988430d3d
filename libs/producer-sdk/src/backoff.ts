import type { PendingUpdate } from './pending-update.ts';
import type { Runtime } from './runtime.ts';

/** Updates of one request that wait for their retry together. */
interface Wait {
  entries: Set<PendingUpdate>;
  cancel: () => void;
}

/** The updates that wait for their next attempt, with one timer for those that wait together. */
export class Backoff {
  readonly #runtime: Pick<Runtime, 'schedule'>;
  readonly #wake: (entries: Iterable<PendingUpdate>) => void;
  readonly #waits = new Set<Wait>();

  /** @param wake called with the updates whose wait is over */
  constructor(
    runtime: Pick<Runtime, 'schedule'>,
    wake: (entries: Iterable<PendingUpdate>) => void,
  ) {
    this.#runtime = runtime;
    this.#wake = wake;
  }

  add(entries: Set<PendingUpdate>, delayMs: number): void {
    const wait: Wait = {
      entries,
      cancel: this.#runtime.schedule(() => {
        this.#waits.delete(wait);
        this.#wake(entries);
      }, delayMs),
    };
    this.#waits.add(wait);
  }

  /** Removes one update. A timer without updates is cancelled, so that it does not keep the process alive. */
  remove(entry: PendingUpdate): void {
    for (const wait of this.#waits) {
      if (!wait.entries.delete(entry) || wait.entries.size > 0) continue;
      wait.cancel();
      this.#waits.delete(wait);
    }
  }
}

/**
 * The wait before a retry, in ms: drawn evenly from 0 to a bound that doubles with every attempt ("full jitter", AWS
 * Architecture Blog, "Exponential Backoff And Jitter"), so that producers that fail together do not retry together.
 *
 * @param failures how many attempts have failed, from 1
 * @param draw a random number from 0 up to, not including, 1
 */
export function retryDelayMs(
  failures: number,
  draw: number,
  bounds: { retryBaseMs: number; retryCapMs: number },
): number {
  return draw * Math.min(bounds.retryCapMs, bounds.retryBaseMs * 2 ** (failures - 1));
}
