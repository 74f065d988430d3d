import type { Progress } from '@leaderboard/tables';

/** Records at most this far apart (ms) come from processes that work concurrently: each writes one in three seconds while busy. */
const CONCURRENT_MS = 7_000;

/** SQS message counts are approximate; they are correct about a minute after the last send (ms). */
const COUNTS_SETTLE_MS = 60_000;

/**
 * How far the standings are behind the ledger, in ms.
 *
 * While updates wait in the queue, the oldest of them is about as old as the oldest update of the last batch, so the lag
 * is the time since that update was written to the ledger, and it grows while nothing is projected. When the queue is
 * empty, everything that reached it has been folded, and an update still on its way takes about as long as the last ones
 * took; at rest, about as long as they took to reach the queue, since none waits there. Of several concurrent processes
 * the one furthest behind counts.
 *
 * @param isQueueEmpty undefined if unknown; the greater lag counts then
 * @returns undefined if no update was ever folded: there is nothing to measure by, and an empty queue may also mean
 * that no update reaches it
 * @example projectorLag([{ recordedAt: 1_000, ledgerTimestamp: 700, lagMs: 300, arrivalMs: 80 }], 5_000, false) // 4300
 */
export function projectorLag(
  progress: readonly Progress[],
  nowMs: number,
  isQueueEmpty: boolean | undefined,
): number | undefined {
  if (progress.length === 0) return undefined;
  const newest = Math.max(...progress.map(({ recordedAt }) => recordedAt));
  const lagOf = ({ lagMs, arrivalMs, ledgerTimestamp }: Progress) => {
    if (isQueueEmpty !== true) return nowMs - ledgerTimestamp;
    return nowMs - newest > COUNTS_SETTLE_MS ? arrivalMs : lagMs;
  };
  return progress
    .filter(({ recordedAt }) => newest - recordedAt <= CONCURRENT_MS)
    .reduce((lag, each) => Math.max(lag, lagOf(each)), 0);
}
