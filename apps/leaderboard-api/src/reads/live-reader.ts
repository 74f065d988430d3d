import type { StandingsProbe } from './standings-probe.ts';

/** How fresh a live read is. */
export interface Freshness {
  /** When the read started (ms since the epoch). */
  readonly asOfMs: number;
  /** How far the standings were behind the ledger, in ms; 0 if unknown, and then `isExact` is false. */
  readonly lagMs: number;
  readonly isExact: boolean;
}

export interface LiveReaderOptions {
  readonly probe: StandingsProbe;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly onRead: (freshness: Freshness) => void;
}

/** The result of a read of the standings, and how fresh it is. */
export interface LiveRead<T> {
  readonly result: T;
  readonly freshness: Freshness;
}

/** Reads standings and, concurrently, how far they are behind the ledger and whether they lack anything else. */
export class LiveReader {
  readonly #options: LiveReaderOptions;

  constructor(options: LiveReaderOptions) {
    this.#options = options;
  }

  /**
   * @param definitionHashes of the boards that are read
   * @param read returns its result, and whether its ranks are those of the standings
   */
  async read<T>(
    definitionHashes: readonly string[],
    read: () => Promise<T & { readonly isSettled: boolean }>,
  ): Promise<LiveRead<T>> {
    const asOfMs = this.#options.now();
    const [{ lagMs, exactDefinitions }, result] = await Promise.all([
      this.#options.probe.health(),
      read(),
    ]);
    const freshness = {
      asOfMs,
      lagMs: Math.max(0, Math.round(lagMs ?? 0)),
      isExact: result.isSettled && definitionHashes.every((hash) => exactDefinitions.has(hash)),
    };
    this.#options.onRead(freshness);
    return { result, freshness };
  }
}
