import {
  SendMessageBatchCommand,
  type MessageAttributeValue,
  type SendMessageBatchRequestEntry,
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

/** What became of letters that were sent together. */
export interface Delivery {
  /** How many, from the first one on, the queue accepted. One behind them may have been accepted nevertheless. */
  readonly accepted: number;
  /** Why the next one was not; undefined when all were. */
  readonly error?: unknown;
}

/** The queue for records that cannot be processed. */
export interface DeadLetterQueue {
  /**
   * Never rejects.
   *
   * @param letters of one message group, in its order
   * @param timeIsUp starts to wait, and resolves when a response would be too late; stops waiting at the signal
   */
  send(
    letters: readonly DeadLetter[],
    timeIsUp?: (signal: AbortSignal) => Promise<void>,
  ): Promise<Delivery>;
}

/** Characters of a reason that are kept, so that a letter is hardly larger than its message. */
const MAX_REASON_LENGTH = 1_000;
/** Of a message with its attributes, and of all messages in one request (SQS quotas). */
const MAX_REQUEST_BYTES = 1_048_576;
const MAX_LETTERS_PER_REQUEST = 10;

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

  async send(
    letters: readonly DeadLetter[],
    timeIsUp?: (signal: AbortSignal) => Promise<void>,
  ): Promise<Delivery> {
    const request = new AbortController();
    const response = new AbortController();
    void timeIsUp?.(response.signal).then(() => {
      request.abort();
    });
    let accepted = 0;
    try {
      for (const entries of chunked(letters.map(toEntry))) {
        const delivery = await this.#sendTogether(entries, request.signal);
        accepted += delivery.accepted;
        if (delivery.accepted < entries.length) return { accepted, error: delivery.error };
      }
      return { accepted };
    } catch (error) {
      return { accepted, error };
    } finally {
      response.abort();
    }
  }

  async #sendTogether(
    Entries: SendMessageBatchRequestEntry[],
    abortSignal: AbortSignal,
  ): Promise<Delivery> {
    const command = new SendMessageBatchCommand({ QueueUrl: this.#options.queueUrl, Entries });
    const { Failed = [] } = await this.#options.client.send(command, { abortSignal });
    const failures = new Map(Failed.map((failure) => [failure.Id, failure]));
    const accepted = Entries.findIndex(({ Id }) => failures.has(Id));
    if (accepted < 0) return { accepted: Entries.length };
    const { Code, Message } = failures.get(Entries[accepted]?.Id) ?? {};
    return { accepted, error: new Error(`${Code}: ${Message}`) };
  }
}

/** As many entries in one request as SQS takes, in their order. */
function chunked(
  entries: readonly SendMessageBatchRequestEntry[],
): SendMessageBatchRequestEntry[][] {
  const chunks: SendMessageBatchRequestEntry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const entryBytes = bytesOf(entry);
    const last = chunks.at(-1);
    if (last && last.length < MAX_LETTERS_PER_REQUEST && bytes + entryBytes <= MAX_REQUEST_BYTES) {
      last.push(entry);
      bytes += entryBytes;
    } else {
      chunks.push([entry]);
      bytes = entryBytes;
    }
  }
  return chunks;
}

/** The body is never cut: what does not fit beside it is shortened or left out, the reason first. */
function toEntry({ record, errorType, reason }: DeadLetter, index: number) {
  const attributes: Record<string, MessageAttributeValue> = {};
  const entry = {
    Id: String(index),
    MessageBody: record.body,
    MessageGroupId: record.messageGroupId,
    MessageDeduplicationId: record.messageId,
    MessageAttributes: attributes,
  };
  const add = (name: string, value: string, mayBeCut = false) => {
    const whole = allowedInSqs(value);
    const room = MAX_REQUEST_BYTES - bytesOf(entry) - utf8Bytes(name + DATA_TYPE);
    const StringValue = firstBytes(whole, room);
    if (StringValue === '' || (StringValue !== whole && !mayBeCut)) return;
    attributes[name] = { DataType: DATA_TYPE, StringValue };
  };
  add(DEAD_LETTER_ATTRIBUTES.errorType, errorType);
  add(DEAD_LETTER_ATTRIBUTES.messageGroupId, record.messageGroupId);
  add(DEAD_LETTER_ATTRIBUTES.errorReason, reason, true);
  return entry;
}

const DATA_TYPE = 'String';

/** What SQS counts: the body, and name, type and value of each attribute. */
function bytesOf({
  MessageBody = '',
  MessageAttributes = {},
}: SendMessageBatchRequestEntry): number {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType = '', StringValue = '' }]) => utf8Bytes(name + DataType + StringValue),
  );
  return attributes.reduce((sum, bytes) => sum + bytes, utf8Bytes(MessageBody));
}

function utf8Bytes(value: string): number {
  return Buffer.byteLength(value);
}

/** The longest beginning that has at most so many bytes. */
function firstBytes(value: string, bytes: number): string {
  let room = bytes;
  let end = 0;
  for (const character of value) {
    room -= utf8Bytes(character);
    if (room < 0) break;
    end += character.length;
  }
  return value.slice(0, end);
}

/** SQS accepts the characters of XML 1.0 only (API reference of SendMessage); a reason may quote a message that has others. */
function allowedInSqs(value: string): string {
  return value
    .slice(0, MAX_REASON_LENGTH)
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
