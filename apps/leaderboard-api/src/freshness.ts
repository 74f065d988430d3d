import { toInstant } from './answers.ts';
import type { LagProbe } from './lag-probe.ts';

/** What every live answer says about itself. */
export interface Freshness {
  /** When the read started: ISO 8601 in UTC with ms. */
  readonly as_of: string;
  readonly lag_ms: number;
  readonly exact: boolean;
}

export interface LiveReaderOptions {
  readonly lag: Pick<LagProbe, 'lagMs'>;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly onRead: (freshness: Freshness) => void;
}

/** A read of standings with what is known of its quality. */
export interface LiveRead<T> {
  readonly result: T;
  readonly freshness: Freshness;
}

/** Measures, beside a read of standings, how far they are behind the ledger. */
export class LiveReader {
  readonly #options: LiveReaderOptions;

  constructor(options: LiveReaderOptions) {
    this.#options = options;
  }

  /** @param read gives its result and whether its ranks are those of the folded ledger, apart from the lag */
  async read<T>(read: () => Promise<T & { readonly isSettled: boolean }>): Promise<LiveRead<T>> {
    const startedAt = this.#options.now();
    const [lagMs, result] = await Promise.all([this.#options.lag.lagMs(), read()]);
    const freshness = {
      as_of: toInstant(startedAt),
      lag_ms: Math.max(0, Math.round(lagMs ?? 0)),
      exact: result.isSettled && lagMs !== undefined,
    };
    this.#options.onRead(freshness);
    return { result, freshness };
  }
}
