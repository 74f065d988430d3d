/**
 * Attempts for one record within one invocation. Short throttles pass within them (at most 3.5 s of waiting); what
 * lasts longer is for the queue's own retry, so that one record does not hold up the answer for its whole batch.
 */
export const MAX_ATTEMPTS = 8;

/** Attempts after which a request that keeps failing as a whole is divided, to find out whom it fails for. */
export const ATTEMPTS_BEFORE_DIVIDING = 2;

const BASE_DELAY_MS = 50;
const MAX_DELAY_MS = 1_000;

/**
 * Exponential backoff with full jitter.
 *
 * @param attempts failed attempts so far, from 1
 * @param random a number in [0, 1)
 * @returns ms to wait
 */
export function backoffMs(attempts: number, random: number): number {
  return random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempts - 1));
}

/**
 * Kept back for what comes after the time has run out, if DynamoDB answers nothing: the request under way and the read of
 * a marker, 3 s each until they are given up, then the dead letter and the answer.
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
