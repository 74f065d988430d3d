import { backoffMs } from '@leaderboard/tables';

/**
 * Attempts for one record within one invocation. Short throttles end within them (at most 3.5 s of waiting); what
 * lasts longer is left to the queue's own retry, so that one record does not delay the response for its whole batch.
 */
export const MAX_ATTEMPTS = 8;

/** Attempts after which a request that keeps failing as a whole is divided, to find the record that is the cause. */
export const ATTEMPTS_BEFORE_DIVIDING = 2;

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

/** A request that gets no response takes 3 s; then the dead letter and the response of the function follow. */
export const REQUEST_AND_LETTER_MS = 4_800;

/**
 * Kept back for what comes after the time has run out, if DynamoDB does not respond: the request in flight, the read of a
 * marker and the write of a head, 3 s each until they time out, then the dead letter and the response.
 */
const RESERVE_MS = 11_000;

/**
 * Time of an invocation that is not for work, in ms: 40 % of a function timeout that is too short for the full reserve.
 *
 * @param remainingMs what the runtime says remains when the batch starts
 */
export function reserveMs(remainingMs: number): number {
  return Math.min(RESERVE_MS, remainingMs * 0.4);
}
