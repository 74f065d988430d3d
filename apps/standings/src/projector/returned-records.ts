import type { QueueRecord } from '@leaderboard/function';
import { backoffMs } from '@leaderboard/tables';

/** 2, 4, 8, 16, 32, 60, 60, … s, less up to a half at random: two minutes of failures take 7 to 9 receives. */
const PAUSE = { baseMs: 2_000, maxMs: 60_000 };

/** Records that the queue must deliver again, all of one player. */
export interface ReturnedRecords {
  readonly records: readonly QueueRecord[];
  /** How long the queue hides them from now on (s). */
  readonly pauseSeconds: number;
  /** Undefined for a record that is no ledger insert and that the dead-letter queue did not accept. */
  readonly player:
    | {
        readonly playerId: string;
        /** When the oldest of their updates was written to the ledger (ms since the epoch). */
        readonly oldestTimestamp: number;
      }
    | undefined;
}

/**
 * Returns records to the queue. All records of a player wait as long as the one that was received most often: they are one
 * message group.
 *
 * @param random a number in [0, 1)
 */
export function returnRecords(
  records: readonly QueueRecord[],
  player: ReturnedRecords['player'],
  random: number,
): ReturnedRecords {
  const receives = Math.max(...records.map(({ receiveCount }) => receiveCount));
  return { records, player, pauseSeconds: pauseSeconds(receives, random) };
}

/** Whole seconds, as SQS takes them. */
function pauseSeconds(receiveCount: number, random: number): number {
  return Math.ceil(backoffMs(receiveCount, random, PAUSE) / 1_000);
}
