import {
  checkOccurredAt,
  type LeaderboardUpdate,
  type OccurredAtLimits,
} from '@leaderboard/contracts';
import { atTime, type CompletedUpdate } from './complete-update.ts';
import { LeaderboardSendError, LeaderboardValidationError } from './errors.ts';
import type { QueueClock } from './queue-clock.ts';

/**
 * Settles an update's time once the queue's clock is known. A given `occurred_at` is checked; one that was filled in while
 * the host's clock was wrong is corrected, because the consumer would reject it after the queue has accepted it. A settled
 * time never changes: the update may have been sent, and every retry has the same body.
 *
 * @throws LeaderboardValidationError when it is outside its limits
 * @throws LeaderboardSendError (`ClockSkew`) when it is within its limits by the host's clock, and that clock is off
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
  const corrected = clock.timeOf(calledAt, taken);
  return { ...(corrected === taken ? completed : atTime(completed, corrected)), time: 'settled' };
}

function checkTime(update: LeaderboardUpdate, clock: QueueClock, limits: OccurredAtLimits): void {
  const { queueNow, hostNow } = clock;
  const issue = checkOccurredAt(update.occurred_at, queueNow, limits);
  if (issue === undefined) return;
  const isHostClockWrong =
    clock.isHostOff && checkOccurredAt(update.occurred_at, hostNow, limits) === undefined;
  if (!isHostClockWrong) {
    throw new LeaderboardValidationError([issue], update);
  }
  const seconds = Math.round(Math.abs(hostNow - queueNow) / 1000);
  const reason =
    `${issue.message}; this host's clock is ${seconds} s ${hostNow > queueNow ? 'ahead of' : 'behind'} the queue's. ` +
    `Set the host's clock, or omit occurred_at`;
  throw new LeaderboardSendError({
    code: 'ClockSkew',
    reason,
    update,
    attempts: 0,
    outcome: 'not_accepted',
  });
}
