import type { SQSRecord } from 'aws-lambda';

const MAX_BATCH_SIZE = 10;

interface Message {
  readonly record: SQSRecord;
  receives: number;
  visibleAtMs: number;
}

export interface FifoQueueOptions {
  readonly visibilityTimeoutMs: number;
  /** Receives after which a message moves to the dead-letter queue instead of being delivered. */
  readonly maxReceiveCount: number;
  /** Sequence number of the first message. */
  readonly firstSequence: bigint;
  /** Receives the messages that the redrive policy moves. */
  readonly redriven: (record: SQSRecord) => void;
}

/**
 * A FIFO queue as SQS describes it: messages of a group come in order; while one of them is invisible, none of the group is
 * delivered; what is not deleted in time becomes visible again; what was received often enough moves to the dead-letter queue.
 */
export class FifoQueue {
  readonly #options: FifoQueueOptions;
  #messages: Message[] = [];
  #sequence: bigint;
  #sent = 0;

  constructor(options: FifoQueueOptions) {
    this.#options = options;
    this.#sequence = options.firstSequence;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** When the next message can be received (ms since the epoch), undefined in an empty queue. */
  get nextVisibleAtMs(): number | undefined {
    const times = [...this.#groups().values()].map((group) =>
      Math.max(...group.map(({ visibleAtMs }) => visibleAtMs)),
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The queue is deleted and created again: its sequence numbers start from `firstSequence`. It must be empty. */
  createAgain(firstSequence: bigint): void {
    if (!this.isEmpty) throw new Error('Only an empty queue is created again in a history.');
    this.#sequence = firstSequence;
  }

  send(name: string, body: string, group: string, nowMs: number): SQSRecord {
    const record: SQSRecord = {
      messageId: `${name}-m${++this.#sent}`,
      receiptHandle: '',
      body,
      attributes: {
        ApproximateReceiveCount: '0',
        SentTimestamp: String(nowMs),
        SenderId: 'history',
        ApproximateFirstReceiveTimestamp: String(nowMs),
        MessageGroupId: group,
        SequenceNumber: String(this.#sequence++),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-west-1:000000000000:leaderboard-updates-test.fifo',
      awsRegion: 'us-west-1',
    };
    this.#messages.push({ record, receives: 0, visibleAtMs: nowMs });
    return record;
  }

  /** @param limit messages of the batch, at most 10 */
  receive(nowMs: number, limit: number, isServed: (group: string) => boolean): SQSRecord[] {
    const { maxReceiveCount, visibilityTimeoutMs, redriven } = this.#options;
    const batch: SQSRecord[] = [];
    for (const [group, messages] of this.#groups()) {
      if (messages.some(({ visibleAtMs }) => visibleAtMs > nowMs) || !isServed(group)) continue;
      for (const message of messages) {
        if (batch.length === Math.min(limit, MAX_BATCH_SIZE)) return batch;
        if (message.receives === maxReceiveCount) {
          this.#messages.splice(this.#messages.indexOf(message), 1);
          redriven(message.record);
          continue;
        }
        message.receives += 1;
        message.visibleAtMs = nowMs + visibilityTimeoutMs;
        batch.push(delivery(message));
      }
    }
    return batch;
  }

  /** Deletes what the response did not return, unless it has been received again since. */
  settle(batch: readonly SQSRecord[], returned: ReadonlySet<string>): void {
    const receipts = new Set(
      batch
        .filter(({ messageId }) => !returned.has(messageId))
        .map(({ receiptHandle }) => receiptHandle),
    );
    this.#messages = this.#messages.filter(({ record, receives }) => {
      return !receipts.has(receiptOf(record, receives));
    });
  }

  #groups(): Map<string, Message[]> {
    return Map.groupBy(this.#messages, ({ record }) => record.attributes.MessageGroupId ?? '');
  }
}

function delivery({ record, receives }: Message): SQSRecord {
  return {
    ...record,
    receiptHandle: receiptOf(record, receives),
    attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) },
  };
}

function receiptOf({ messageId }: SQSRecord, receives: number): string {
  return `${messageId}-receive-${receives}`;
}
