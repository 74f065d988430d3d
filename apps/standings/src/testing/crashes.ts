import type { FaultPlan, RequestLog } from './request-log.ts';
import { isWrite } from './request-log.ts';

/** The process is gone: nothing more leaves it. */
export class Crash extends Error {}

/**
 * Lets the process die at its n-th write (from 1), before the write takes place or after it, and unheard from then on.
 */
export function crashAtWrite(log: RequestLog, writeNumber: number, when: 'before' | 'after'): void {
  let writes = 0;
  let isDead = false;
  const plan: FaultPlan = (request) => {
    if (isDead) return { when: 'before', error: new Crash() };
    if (!isWrite(request)) return undefined;
    writes += 1;
    if (writes < writeNumber) return undefined;
    isDead = true;
    return { when, error: new Crash() };
  };
  log.plan = plan;
}
