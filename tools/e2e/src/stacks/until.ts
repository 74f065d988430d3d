import { setTimeout as sleep } from 'node:timers/promises';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';
import { mutantOf } from '../permissions/mutant.ts';

const { removedGrant } = mutantOf(process.env);
/** The longest that a test waits, in ms: short without a permission, where what it waits for may never come. */
export const WAIT_MS = removedGrant === undefined ? HANG_TIMEOUT_MS : 15_000;
const POLL_MS = 50;

let hasTimedOut = false;

/** Waits until a condition holds. @throws Error that names it, after {@link WAIT_MS}. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  // One failed test is enough for a spec that runs without a permission.
  const waitMs = removedGrant !== undefined && hasTimedOut ? 0 : WAIT_MS;
  const deadline = Date.now() + waitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      hasTimedOut = true;
      throw new Error(`Timed out after ${waitMs} ms, waiting until ${what}.`);
    }
    await sleep(POLL_MS);
  }
}
