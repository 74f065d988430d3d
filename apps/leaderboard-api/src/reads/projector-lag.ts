/** How far one process of the projector was when it last said so. */
export interface ProjectorProgress {
  /** When its batch was done (ms since the epoch). */
  readonly recordedAt: number;
  /** Ledger timestamp of the oldest update of that batch (ms since the epoch). */
  readonly ledgerTimestamp: number;
  /** From the ledger to the standing (ms). */
  readonly lagMs: number;
  /** From the ledger to the queue (ms). */
  readonly arrivalMs: number;
}

/** Records at most this far apart (ms) are of processes at work together: each writes one a second while it has work. */
const TOGETHER_MS = 5_000;

/** SQS gives counts of messages approximately, and right about a minute after the last one was sent (ms). */
const COUNTS_SETTLE_MS = 60_000;

/**
 * How far the standings are behind the ledger, in ms.
 *
 * While updates wait in the queue, the oldest of them is about as old as the oldest that was folded in last: the lag is
 * the time since that was written to the ledger, and grows while nothing is done. When none waits, everything that
 * reached the queue is folded in, and what is still on its way takes about as long as the last updates took; at rest,
 * about as long as they took to the queue, since nobody waits there. Of several processes at work together, the one that
 * is furthest behind counts.
 *
 * @param isQueueEmpty undefined when it could not be found out; the greater lag is then taken
 * @returns undefined when none was ever folded in, so that there is nothing to measure by: an empty queue may as well mean
 * that nothing reaches it
 * @example projectorLag([{ recordedAt: 1_000, ledgerTimestamp: 700, lagMs: 300, arrivalMs: 80 }], 5_000, false) // 4300
 */
export function projectorLag(
  progress: readonly ProjectorProgress[],
  nowMs: number,
  isQueueEmpty: boolean | undefined,
): number | undefined {
  if (progress.length === 0) return undefined;
  const newest = Math.max(...progress.map(({ recordedAt }) => recordedAt));
  const lagOf = ({ lagMs, arrivalMs, ledgerTimestamp }: ProjectorProgress) => {
    if (isQueueEmpty !== true) return nowMs - ledgerTimestamp;
    return nowMs - newest > COUNTS_SETTLE_MS ? arrivalMs : lagMs;
  };
  return progress
    .filter(({ recordedAt }) => newest - recordedAt <= TOGETHER_MS)
    .reduce((lag, each) => Math.max(lag, lagOf(each)), 0);
}
