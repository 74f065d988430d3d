import type { StandingsHealth, StandingsProbe } from './standings-probe.ts';

/** How fresh a live read is. */
export interface Freshness {
  /** When the read started, or when the ranks were read if that was up to half a second before (ms since the epoch). */
  readonly asOfMs: number;
  /** How far the standings were behind the ledger, in ms; 0 if unknown, and then `isExact` is false. */
  readonly lagMs: number;
  readonly isExact: boolean;
}

/** Other boards are served than those that a read was made for. */
export class BoardsChangedError extends Error {
  override readonly name = 'BoardsChangedError';
  readonly code = 'BoardsChanged';
  /** The id of the set that is served. */
  readonly serving: string;

  constructor(serving: string) {
    super('The boards were changed during the read.');
    this.serving = serving;
  }
}

export interface LiveReaderOptions {
  /** The id of the set that the boards are of. */
  readonly serving: string;
  readonly probe: StandingsProbe;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly onRead: (freshness: Freshness) => void;
}

/** What a read says about itself. */
export interface ReadState {
  /** Whether its ranks are those of the standings. */
  readonly isSettled: boolean;
  /** When the ranks were read, if that was before the read began (ms since the epoch). */
  readonly readAtMs?: number;
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
   * @param read returns its result, and what it says about itself
   * @throws {BoardsChangedError}
   */
  async read<T>(
    definitionHashes: readonly string[],
    read: () => Promise<T & ReadState>,
  ): Promise<LiveRead<T>> {
    const asOfMs = this.#options.now();
    const [{ lagMs, exactDefinitions }, result] = await Promise.all([this.#health(), read()]);
    const freshness = {
      asOfMs: Math.min(asOfMs, result.readAtMs ?? asOfMs),
      lagMs: Math.max(0, Math.round(lagMs ?? 0)),
      isExact: result.isSettled && definitionHashes.every((hash) => exactDefinitions.has(hash)),
    };
    this.#options.onRead(freshness);
    return { result, freshness };
  }

  async #health(): Promise<StandingsHealth> {
    const health = await this.#options.probe.health();
    if (health.serving !== this.#options.serving) throw new BoardsChangedError(health.serving);
    return health;
  }
}
