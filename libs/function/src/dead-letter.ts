import type { DeadLetterErrorType } from '@leaderboard/contracts';
import type { QueueRecord } from './queue-record.ts';

/** A record that a function sends to its dead-letter queue itself, and why. */
export interface DeadLetter {
  readonly record: QueueRecord;
  readonly errorType: DeadLetterErrorType;
  readonly reason: string;
}

/** The queue for records that cannot be processed. `send` rejects when the queue did not accept the letter. */
export interface DeadLetterQueue {
  send(letter: DeadLetter): Promise<void>;
}
