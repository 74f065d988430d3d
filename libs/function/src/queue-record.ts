import type { SQSRecord } from 'aws-lambda';

/** What a function uses of a record from the event source mapping. */
export interface QueueRecord {
  readonly messageId: string;
  /** Names this receive of the message, for a change of its visibility timeout. */
  readonly receiptHandle: string;
  readonly body: string;
  readonly messageGroupId: string;
  /** How often SQS has delivered this message, this time included. */
  readonly receiveCount: number;
  /** When the queue accepted the message (ms since the epoch). It stays the same over all receives. */
  readonly sentAtMs: number;
  /** Position that the FIFO queue gave the message, in up to 20 decimal digits. */
  readonly sequenceNumber: string;
}

/** The event is not from a FIFO queue: without groups and sequence numbers, order cannot be kept. */
export class UnsupportedEventSourceError extends Error {
  override readonly name = 'UnsupportedEventSourceError';
  readonly code = 'UnsupportedEventSource';
}

/**
 * @throws {UnsupportedEventSourceError} for a record without a FIFO queue's attributes; the whole batch then returns to the
 * queue, because the event source mapping is wrong and not the record.
 */
export function toQueueRecord(record: SQSRecord): QueueRecord {
  const { MessageGroupId, SequenceNumber } = record.attributes;
  if (MessageGroupId === undefined || SequenceNumber === undefined) {
    throw new UnsupportedEventSourceError(
      `Record ${record.messageId} of ${record.eventSourceARN} has no MessageGroupId or SequenceNumber. ` +
        'Map this function to a FIFO queue only.',
    );
  }
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    body: record.body,
    messageGroupId: MessageGroupId,
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
    sentAtMs: Number(record.attributes.SentTimestamp),
    sequenceNumber: SequenceNumber,
  };
}
