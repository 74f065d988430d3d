import type { MessageAttribute } from './message-queue.ts';
import { SqsError } from './sqs-error.ts';

/** Limits of a message and of a batch, in bytes, and of the entries of a batch ("Amazon SQS message quotas"). */
export const MAX_BYTES = 1_048_576;
const MAX_ENTRIES = 10;

export interface SendEntry {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly DelaySeconds?: number;
}

export interface HandleEntry {
  readonly Id?: string;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

export interface Input extends SendEntry, HandleEntry {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly QueueNamePrefix?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  readonly Entries?: readonly (SendEntry & HandleEntry)[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly Tags?: Readonly<Record<string, string>>;
  readonly TagKeys?: readonly string[];
  readonly SourceArn?: string;
  readonly DestinationArn?: string;
  readonly MaxNumberOfMessagesPerSecond?: number;
  readonly MaxResults?: number;
}

/** @throws SqsError for what is not a JSON object. */
export function parseInput(body: Buffer): Input {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Refused below.
  }
  throw new SqsError('InvalidParameterValue', 'The request is not a JSON object.');
}

/** Runs the operation of a batch for each entry; an entry that fails does not fail the others. */
export function forEachEntry(input: Input, run: (entry: SendEntry & HandleEntry) => object) {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entriesOf(input)) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const { code, message } = error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: code, Message: message });
    }
  }
  return { Successful, Failed };
}

/** @throws SqsError for a batch that SQS does not accept as a whole. */
export function entriesOf({ Entries = [] }: Input) {
  if (Entries.length === 0) {
    throw new SqsError(
      'EmptyBatchRequest',
      "The batch request doesn't contain any entries.",
      'AWS.SimpleQueueService.EmptyBatchRequest',
    );
  }
  if (Entries.length > MAX_ENTRIES) {
    throw new SqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${String(MAX_ENTRIES)}. You have sent ${String(Entries.length)}.`,
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
    );
  }
  const ids = Entries.map(({ Id = '' }) => Id);
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new SqsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      'AWS.SimpleQueueService.InvalidBatchEntryId',
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new SqsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
    );
  }
  return Entries;
}

/** Name, type and value of every attribute count beside the body. */
export function sizeOf({ MessageBody = '', MessageAttributes = {} }: SendEntry): number {
  return Object.entries(MessageAttributes).reduce(
    (total, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      total +
      Buffer.byteLength(name + DataType + StringValue) +
      Buffer.byteLength(BinaryValue, 'base64'),
    Buffer.byteLength(MessageBody),
  );
}
