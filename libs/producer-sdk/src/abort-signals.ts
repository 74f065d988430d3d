import type { PendingUpdate } from './pending-update.ts';

interface Watched {
  entries: Set<PendingUpdate>;
  stop: () => void;
}

/**
 * Watches the abort signals of pending updates. It adds one listener per signal, however many updates share it: Node warns
 * of a leak from the eleventh listener.
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

  /** Call when the update is settled. A signal without pending updates loses its listener, so a long-lived one keeps nothing alive. */
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

/**
 * Resolves with the promise, or rejects with the signal's reason, whichever comes first: a client that ignores its abort
 * signal cannot keep a request open.
 */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
