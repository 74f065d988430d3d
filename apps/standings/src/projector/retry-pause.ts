/** Pause after the first receive, and the longest one, in s. */
const FIRST_PAUSE_S = 2;
const LONGEST_PAUSE_S = 60;

/**
 * How long the queue hides a record that failed: 2, 4, 8, 16, 32, 60, 60, … s by its receives so far, of which up to a
 * half is taken off at random. So what passes soon is tried again soon, and what lasts two minutes takes 7 to 9 receives.
 *
 * @param receiveCount receives of the record so far, from 1
 * @param random a number in [0, 1)
 * @returns whole seconds, as SQS takes them
 */
export function retryPauseSeconds(receiveCount: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (receiveCount - 1));
  return Math.ceil(longest * (1 - random / 2));
}
