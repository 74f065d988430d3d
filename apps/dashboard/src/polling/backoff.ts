export interface BackoffLimits {
  firstMs: number;
  maxMs: number;
}

/**
 * The delay after the n-th consecutive failure, in milliseconds: it doubles up to `maxMs`, less up to half
 * at random, so that many pages do not retry at the same moment.
 *
 * @param failures 1 for the first failure
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, limits: BackoffLimits, random: number): number {
  const full = Math.min(limits.maxMs, limits.firstMs * 2 ** (failures - 1));
  return Math.round(full * (1 - random / 2));
}
