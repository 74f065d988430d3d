import type { DeadLetterErrorType } from '@leaderboard/contracts';
import type { QueueRecord } from './queue-record.ts';

/** One record's way into the dead-letter queue. */
export interface DeadLetter {
  readonly record: QueueRecord;
  readonly errorType: DeadLetterErrorType;
  readonly reason: string;
}

/** Where records end that cannot reach the ledger. Rejects when the queue did not accept the letter. */
export interface DeadLetterQueue {
  send(letter: DeadLetter): Promise<void>;
}
