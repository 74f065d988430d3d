import type { SQSRecord } from 'aws-lambda';
import { redelivered } from './records.ts';
import { MAX_RECEIVE_COUNT } from './test-processor.ts';

const MAX_BATCH_SIZE = 10;

/**
 * A FIFO queue as a mapping sees it, one batch at a time: messages of a group come in order, what is returned comes
 * again, and what was received often enough is moved to the dead-letter queue instead of being delivered.
 */
export class FifoQueueModel {
  /** Message ids that the redrive policy moved to the dead-letter queue. */
  readonly redriven: string[] = [];
  #messages: { record: SQSRecord; receives: number }[];

  constructor(records: readonly SQSRecord[]) {
    this.#messages = records.map((record) => ({ record, receives: 0 }));
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** @param isServed decides which groups this batch holds */
  receive(isServed: (messageGroupId: string) => boolean): SQSRecord[] {
    const batch: SQSRecord[] = [];
    const groupIds = new Set(this.#messages.map(({ record }) => groupOf(record)));
    const served = new Set([...groupIds].filter(isServed));
    for (const message of [...this.#messages]) {
      const { record } = message;
      if (batch.length === MAX_BATCH_SIZE) break;
      if (!served.has(groupOf(record))) continue;
      message.receives += 1;
      if (message.receives > MAX_RECEIVE_COUNT) {
        this.redriven.push(record.messageId);
        this.#remove([record.messageId]);
      } else {
        batch.push(redelivered(record, message.receives));
      }
    }
    return batch;
  }

  /** Takes the function's response: everything of the batch that it did not return is done. */
  settle(batch: readonly SQSRecord[], returned: readonly string[]): void {
    this.#remove(
      batch.map(({ messageId }) => messageId).filter((messageId) => !returned.includes(messageId)),
    );
  }

  #remove(messageIds: readonly string[]): void {
    this.#messages = this.#messages.filter(({ record }) => !messageIds.includes(record.messageId));
  }
}

function groupOf(record: SQSRecord): string {
  return record.attributes.MessageGroupId ?? '';
}
