import type { DeadLetter, QueueRecord } from '@leaderboard/function';
import type { ValidRecord } from './record-check.ts';

/** Receives the outcome of each record; counts and logs it. */
export interface BatchObserver {
  /** The update is in the ledger through this message. */
  written(record: ValidRecord): void;
  /**
   * The same content is in the ledger under this event id, through another message.
   *
   * @param atOtherTime its `occurred_at` is more than an hour from the first one's, which counts
   */
  duplicateSuppressed(record: ValidRecord, atOtherTime: boolean): void;
  deadLettered(letter: DeadLetter): void;
  /** The dead-letter queue did not take the letter; its record goes back to the queue. */
  deadLetterFailed(letter: DeadLetter, error: unknown): void;
  /** One attempt to write a group failed; it is tried again or given up. */
  attemptFailed(messageGroupId: string, attempts: number, reason: string): void;
  /** `records[0]` failed for this reason and goes back to the queue, with its followers, which were not tried. */
  returned(records: readonly QueueRecord[], reason: string): void;
}
