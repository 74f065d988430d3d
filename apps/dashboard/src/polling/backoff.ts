export interface BackoffLimits {
  firstMs: number;
  maxMs: number;
}

/**
 * How long to wait after the n-th failure in a row, in milliseconds: doubles up to `maxMs`, and
 * takes up to half away at random, so that many pages do not return at the same moment.
 *
 * @param failures 1 for the first failure
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, limits: BackoffLimits, random: number): number {
  const full = Math.min(limits.maxMs, limits.firstMs * 2 ** (failures - 1));
  return Math.round(full * (1 - random / 2));
}
