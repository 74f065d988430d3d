import {
  checkOccurredAt,
  type LeaderboardUpdate,
  type OccurredAtLimits,
} from '@leaderboard/contracts';
import { atTime, type CompletedUpdate } from './complete-update.ts';
import { LeaderboardSendError, LeaderboardValidationError } from './errors.ts';
import type { QueueClock } from './queue-clock.ts';

/**
 * Settles an update's time once the queue's clock is known: a given `occurred_at` is checked; one that was filled in while
 * the host's clock was wrong is set right. The consumer would refuse it otherwise, after the queue took it. What is settled
 * never changes again: it may have gone over the wire, and every repeat carries the same body.
 *
 * @throws LeaderboardValidationError when it is out of the limits
 * @throws LeaderboardSendError (`ClockSkew`) when it is within them by the host's clock, which is off
 */
export function settleTime(
  completed: CompletedUpdate,
  clock: QueueClock,
  limits: OccurredAtLimits,
): CompletedUpdate {
  const { update, time, calledAt } = completed;
  if (time === 'settled') return completed;
  if (time === 'given') {
    checkTime(update, clock, limits);
    return { ...completed, time: 'settled' };
  }
  const taken = Date.parse(update.occurred_at);
  const right = clock.timeOf(calledAt, taken);
  return { ...(right === taken ? completed : atTime(completed, right)), time: 'settled' };
}

function checkTime(update: LeaderboardUpdate, clock: QueueClock, limits: OccurredAtLimits): void {
  const { queueNow, hostNow } = clock;
  const issue = checkOccurredAt(update.occurred_at, queueNow, limits);
  if (issue === undefined) return;
  const isHostToBlame =
    clock.isHostOff && checkOccurredAt(update.occurred_at, hostNow, limits) === undefined;
  if (!isHostToBlame) {
    throw new LeaderboardValidationError([issue], update);
  }
  const seconds = Math.round(Math.abs(hostNow - queueNow) / 1000);
  const reason =
    `${issue.message}; this host's clock is ${seconds} s ${hostNow > queueNow ? 'ahead of' : 'behind'} the queue's. ` +
    `Set the host's clock, or leave occurred_at out`;
  throw new LeaderboardSendError({
    code: 'ClockSkew',
    reason,
    update,
    attempts: 0,
    outcome: 'not_accepted',
  });
}
