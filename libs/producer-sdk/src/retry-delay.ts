/**
 * The pause before a repeat, in ms: drawn evenly from 0 to a bound that doubles with every attempt ("full jitter",
 * AWS Architecture Blog, "Exponential Backoff And Jitter"), so that producers that fail together do not return together.
 *
 * @param attempts how many attempts have failed, from 1
 * @param draw a random number from 0 up to, not including, 1
 */
export function retryDelayMs(
  attempts: number,
  draw: number,
  bounds: { retryBaseMs: number; retryCapMs: number },
): number {
  return draw * Math.min(bounds.retryCapMs, bounds.retryBaseMs * 2 ** (attempts - 1));
}
