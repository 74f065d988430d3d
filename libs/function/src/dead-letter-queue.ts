import {
  SendMessageCommand,
  type MessageAttributeValue,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_ATTRIBUTES, type DeadLetterErrorType } from '@leaderboard/contracts';
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

/** Characters of a reason that are kept, so that a letter is hardly larger than its message. */
const MAX_REASON_LENGTH = 1_000;

export interface SqsDeadLetterQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/**
 * Sends the body as it came, under its message group. The message id is the deduplication id: SQS accepts the letter of one
 * delivery once, however often the send is repeated, and accepts another when the message was redriven, which gives it a
 * new id, and fails again.
 */
export class SqsDeadLetterQueue implements DeadLetterQueue {
  readonly #options: SqsDeadLetterQueueOptions;

  constructor(options: SqsDeadLetterQueueOptions) {
    this.#options = options;
  }

  async send({ record, errorType, reason }: DeadLetter): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.#options.queueUrl,
      MessageBody: record.body,
      MessageGroupId: record.messageGroupId,
      MessageDeduplicationId: record.messageId,
      MessageAttributes: {
        [DEAD_LETTER_ATTRIBUTES.errorType]: text(errorType),
        [DEAD_LETTER_ATTRIBUTES.errorReason]: text(reason),
        [DEAD_LETTER_ATTRIBUTES.messageGroupId]: text(record.messageGroupId),
      },
    });
    await this.#options.client.send(command);
  }
}

function text(value: string): MessageAttributeValue {
  return { DataType: 'String', StringValue: allowedInSqs(value).slice(0, MAX_REASON_LENGTH) };
}

/** SQS accepts the characters of XML 1.0 only (API reference of SendMessage); a reason may quote a message that has others. */
function allowedInSqs(value: string): string {
  return value
    .slice(0, MAX_REASON_LENGTH)
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
