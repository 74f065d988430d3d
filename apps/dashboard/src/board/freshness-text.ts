import type { LeaderboardPage } from '../generated/api-types.ts';
import { formatDuration, formatTime } from '../format.ts';

/** Up to this lag standings count as live: an update takes about this long anyway. */
const LIVE_LAG_MS = 10_000;

/** What every live response says about itself. */
export type Freshness = Pick<LeaderboardPage, 'as_of' | 'lag_ms' | 'exact'>;

export interface FreshnessText {
  /** "As of 14:03:22" */
  asOf: string;
  lag: string;
  isLagging: boolean;
  exact: string;
  isExact: boolean;
  /** What `exact` means, for a tooltip. */
  explanation: string;
}

/** The freshness of a response in words. */
export function freshnessText({ as_of, lag_ms, exact }: Freshness): FreshnessText {
  return {
    asOf: `As of ${formatTime(as_of)}`,
    lag: lagText(lag_ms, exact),
    isLagging: lag_ms > LIVE_LAG_MS,
    exact: exact ? 'Exact ranks' : 'Approximate ranks',
    isExact: exact,
    explanation: exact
      ? 'Ranks equal those of the whole ledger, up to the lag shown.'
      : 'Standings are being rebuilt, or updates are missing: ranks may still change without new scores.',
  };
}

/** 0 also means that the lag is unknown; nothing is exact then. */
function lagText(lagMs: number, isExact: boolean): string {
  if (lagMs > 0) return `${formatDuration(lagMs)} behind`;
  return isExact ? 'no lag' : 'lag unknown';
}
