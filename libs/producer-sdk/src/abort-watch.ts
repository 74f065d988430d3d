import type { PendingUpdate } from './pending-update.ts';

interface Watched {
  entries: Set<PendingUpdate>;
  stop: () => void;
}

/**
 * Hears of the updates that their callers take back. Listens to each signal once, however many updates were sent under
 * it: Node warns of a leak from the eleventh listener on.
 */
export class AbortWatch {
  readonly #watched = new Map<AbortSignal, Watched>();
  readonly #onAbort: (entries: readonly PendingUpdate[]) => void;

  constructor(onAbort: (entries: readonly PendingUpdate[]) => void) {
    this.#onAbort = onAbort;
  }

  add(entry: PendingUpdate): void {
    const { signal } = entry;
    if (signal === undefined) return;
    const watched = this.#watched.get(signal) ?? this.#listenTo(signal);
    watched.entries.add(entry);
  }

  /** The update is settled; a signal without updates is let go, so that a long-lived one holds nothing. */
  remove(entry: PendingUpdate): void {
    const { signal } = entry;
    if (signal === undefined) return;
    const watched = this.#watched.get(signal);
    if (!watched?.entries.delete(entry) || watched.entries.size > 0) return;
    watched.stop();
    this.#watched.delete(signal);
  }

  #listenTo(signal: AbortSignal): Watched {
    const entries = new Set<PendingUpdate>();
    const listener = () => {
      this.#onAbort([...entries]);
    };
    signal.addEventListener('abort', listener, { once: true });
    const watched: Watched = {
      entries,
      stop: () => {
        signal.removeEventListener('abort', listener);
      },
    };
    this.#watched.set(signal, watched);
    return watched;
  }
}
