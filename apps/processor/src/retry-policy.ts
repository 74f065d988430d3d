import { backoffMs } from '@leaderboard/tables';

/**
 * Attempts for one record within one invocation, where the response names the record as the cause. What lasts longer is left
 * to the queue's own retry, so that the followers are tried too on the last receive. While the store as a whole fails,
 * attempts are limited by the time only.
 */
export const MAX_ATTEMPTS = 8;

const BACKOFF = { baseMs: 50, maxMs: 1_000, jitter: 1 };

/**
 * Exponential backoff with full jitter.
 *
 * @param attempts failed attempts so far, from 1
 * @param random a number in [0, 1)
 * @returns ms to wait
 */
export function pauseMs(attempts: number, random: number): number {
  return backoffMs(attempts, random, BACKOFF);
}

/**
 * Kept back for what comes after the time has run out, if DynamoDB does not respond: the request in flight and the read of
 * a marker, 3 s each until they time out, then the dead letter and the response.
 */
const RESERVE_MS = 8_000;

/**
 * Time of an invocation that is not for work, in ms: a third of a function timeout that is too short for the full reserve.
 *
 * @param remainingMs what the runtime says remains when the batch starts
 */
export function reserveMs(remainingMs: number): number {
  return Math.min(RESERVE_MS, remainingMs / 3);
}

/**
 * Time that a request has to leave which is made after the time has run out, in ms: the 3 s until it times out itself, and what
 * the letters take.
 *
 * @param reserve what was kept back
 */
export function lateRequestMs(reserve: number): number {
  return (reserve * 9) / 16;
}

/** Kept back for the response, after letters. */
const RESPONSE_MS = 500;

/**
 * How long letters may take, in ms. What is not accepted by then returns to the queue.
 *
 * @param remainingMs what remains of the invocation
 */
export function letterTimeMs(remainingMs: number): number {
  return Math.max(remainingMs - RESPONSE_MS, 0);
}
