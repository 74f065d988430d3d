/** How long to wait between attempts. */
export interface BackoffOptions {
  /** Longest pause after the first attempt, in ms. */
  readonly baseMs: number;
  /** Longest pause after any attempt, in ms. */
  readonly maxMs: number;
  /**
   * The part of a pause that is taken off at random: 1 is full jitter, 0.5 equal jitter.
   *
   * @default 0.5
   */
  readonly jitter?: number;
}

/**
 * Exponential backoff with jitter: the longest pause doubles with each attempt up to `maxMs`, and a random part of it is
 * taken off, so that clients that failed together do not return together.
 *
 * @param attempts failed attempts so far, from 1
 * @param random a number in [0, 1)
 * @returns ms to wait
 * @example
 * backoffMs(3, Math.random(), { baseMs: 50, maxMs: 1_000 }); // 100 to 200
 */
export function backoffMs(
  attempts: number,
  random: number,
  { baseMs, maxMs, jitter = 0.5 }: BackoffOptions,
): number {
  return Math.min(maxMs, baseMs * 2 ** (attempts - 1)) * (1 - jitter * random);
}
