import type { PendingUpdate } from './pending-update.ts';
import type { Runtime } from './runtime.ts';

/** Updates of one response that wait together before they are tried again. */
interface Pause {
  entries: Set<PendingUpdate>;
  cancel: () => void;
}

/** The updates that wait before their next try, with one timer for those that wait together. */
export class RetryPauses {
  readonly #runtime: Pick<Runtime, 'schedule'>;
  readonly #wake: (entries: Iterable<PendingUpdate>) => void;
  readonly #pauses = new Set<Pause>();

  /** @param wake is called with the updates whose pause is over */
  constructor(
    runtime: Pick<Runtime, 'schedule'>,
    wake: (entries: Iterable<PendingUpdate>) => void,
  ) {
    this.#runtime = runtime;
    this.#wake = wake;
  }

  add(entries: Set<PendingUpdate>, delayMs: number): void {
    const pause: Pause = {
      entries,
      cancel: this.#runtime.schedule(() => {
        this.#pauses.delete(pause);
        this.#wake(entries);
      }, delayMs),
    };
    this.#pauses.add(pause);
  }

  /** Takes one update out of its pause; a timer with nobody left to wake would only hold the process. */
  remove(entry: PendingUpdate): void {
    for (const pause of this.#pauses) {
      if (!pause.entries.delete(entry) || pause.entries.size > 0) continue;
      pause.cancel();
      this.#pauses.delete(pause);
    }
  }
}
