import { toInstant } from '../routes/response-bodies.ts';
import type { StandingsProbe } from './standings-probe.ts';

/** What every live answer says about itself. */
export interface Freshness {
  /** When the read started: ISO 8601 in UTC with ms. */
  readonly as_of: string;
  /** 0 when it cannot be told; `exact` is false then. */
  readonly lag_ms: number;
  readonly exact: boolean;
}

export interface LiveReaderOptions {
  readonly probe: Pick<StandingsProbe, 'health'>;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly onRead: (freshness: Freshness) => void;
}

/** A read of standings with what is known of its quality. */
export interface LiveRead<T> {
  readonly result: T;
  readonly freshness: Freshness;
}

/** Finds out, beside a read of standings, how far they are behind the ledger and whether they lack anything else. */
export class LiveReader {
  readonly #options: LiveReaderOptions;

  constructor(options: LiveReaderOptions) {
    this.#options = options;
  }

  /**
   * @param definitionHashes of the boards that are read
   * @param read gives its result and whether its ranks are those of the standings
   */
  async read<T>(
    definitionHashes: readonly string[],
    read: () => Promise<T & { readonly isSettled: boolean }>,
  ): Promise<LiveRead<T>> {
    const startedAt = this.#options.now();
    const [{ lagMs, exactDefinitions }, result] = await Promise.all([
      this.#options.probe.health(),
      read(),
    ]);
    const freshness = {
      as_of: toInstant(startedAt),
      lag_ms: Math.max(0, Math.round(lagMs ?? 0)),
      exact: result.isSettled && definitionHashes.every((hash) => exactDefinitions.has(hash)),
    };
    this.#options.onRead(freshness);
    return { result, freshness };
  }
}
