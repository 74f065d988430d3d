import { createHash } from 'node:crypto';

import { ACCOUNT_ID, arn, nameFromArn } from '../../shared/arn.ts';
import type { Engine, EngineRequest, EngineResponse } from '../engines/engine.ts';
import { md5, md5OfAttributes } from './digests.ts';
import {
  MessageQueue,
  type Accepted,
  type MessageAttribute,
  type ReceivedMessage,
} from './message-queue.ts';
import { MoveTasks } from './move-tasks.ts';
import {
  checkAttributes,
  DEFAULT_ATTRIBUTES,
  DEFAULT_FIFO_ATTRIBUTES,
} from './queue-attributes.ts';
import { invalid, missing, SqsError, within } from './sqs-error.ts';
import {
  entriesOf,
  forEachEntry,
  MAX_BYTES,
  parseInput,
  sizeOf,
  type HandleEntry,
  type Input,
  type SendEntry,
} from './sqs-request.ts';

/** Digits of a sequence number; those of SQS have 20, too. */
const SEQUENCE_DIGITS = 20;

/** Characters that a message may not contain: control characters, unpaired surrogates, U+FFFE and U+FFFF ("SendMessage"). */
const REFUSED_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly attributes: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly createdAtSeconds: number;
  readonly messages: MessageQueue;
}

/**
 * SQS in this process, in memory, in the JSON protocol of the SDKs. Queues keep messages until they are deleted.
 *
 * @param now milliseconds since the epoch
 */
export function sqsApi(region: string, now: () => number): Engine {
  const sqs = new Sqs(region, now);
  return {
    url: 'http://127.0.0.1',
    external: false,
    dispatch: (request) => sqs.respond(request),
    stop: () => {
      sqs.stop();
      return Promise.resolve();
    },
  };
}

class Sqs {
  readonly #region: string;
  readonly #now: () => number;
  /** By name. */
  readonly #queues = new Map<string, Queue>();
  readonly #moves: MoveTasks;

  constructor(region: string, now: () => number) {
    this.#region = region;
    this.#now = now;
    this.#moves = new MoveTasks(now);
  }

  async respond(request: EngineRequest): Promise<EngineResponse> {
    try {
      return response(200, await this.#run(request));
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      const { code, queryCode, message } = error;
      return response(400, { __type: `com.amazonaws.sqs#${code}`, message }, queryCode);
    }
  }

  stop(): void {
    const queues = [...this.#queues.values()];
    this.#queues.clear();
    for (const { messages } of queues) messages.stop();
  }

  #run({ headers, body, signal }: EngineRequest): unknown {
    const operation = String(headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    const input = parseInput(body);
    switch (operation) {
      case 'CreateQueue':
        return this.#createQueue(input, headers.host);
      case 'GetQueueUrl':
        return { QueueUrl: urlOf(this.#named(input.QueueName ?? ''), headers.host) };
      case 'ListQueues': {
        const named = [...this.#queues.values()].filter(({ name }) =>
          name.startsWith(input.QueueNamePrefix ?? ''),
        );
        return { QueueUrls: named.map((queue) => urlOf(queue, headers.host)) };
      }
      case 'StartMessageMoveTask':
        return this.#startMove(input);
      case 'ListMessageMoveTasks': {
        const { arn: source } = this.#named(nameFromArn(input.SourceArn ?? ''));
        return {
          Results: this.#moves.of(source, within('MaxResults', input.MaxResults ?? 1, 1, 10)),
        };
      }
      case 'CancelMessageMoveTask':
        throw new SqsError(
          'ResourceNotFoundException',
          'The local stack has no task that is under way.',
        );
    }
    const queue = this.#named(nameFromArn(input.QueueUrl ?? ''));
    switch (operation) {
      case 'DeleteQueue':
        queue.messages.stop();
        this.#queues.delete(queue.name);
        return {};
      case 'GetQueueAttributes':
        return { Attributes: attributesOf(queue, input.AttributeNames ?? []) };
      case 'SetQueueAttributes':
        return this.#setAttributes(queue, input.Attributes ?? {});
      case 'PurgeQueue':
        queue.messages.purge();
        return {};
      case 'TagQueue':
        Object.assign(queue.tags, input.Tags);
        return {};
      case 'UntagQueue':
        for (const key of input.TagKeys ?? []) Reflect.deleteProperty(queue.tags, key);
        return {};
      case 'ListQueueTags':
        return { Tags: queue.tags };
      case 'SendMessage':
        return this.#send(queue, input);
      case 'SendMessageBatch': {
        const bytes = entriesOf(input).reduce((total, entry) => total + sizeOf(entry), 0);
        if (bytes > MAX_BYTES) {
          throw new SqsError(
            'BatchRequestTooLong',
            `Batch requests cannot be longer than ${String(MAX_BYTES)} bytes.`,
          );
        }
        return forEachEntry(input, (entry) => this.#send(queue, entry));
      }
      case 'ReceiveMessage':
        return this.#receive(queue, input, signal);
      case 'DeleteMessage':
        return deleteMessage(queue, input);
      case 'DeleteMessageBatch':
        return forEachEntry(input, (entry) => deleteMessage(queue, entry));
      case 'ChangeMessageVisibility':
        return changeVisibility(queue, input);
      case 'ChangeMessageVisibilityBatch':
        return forEachEntry(input, (entry) => changeVisibility(queue, entry));
      default:
        throw new SqsError(
          'InvalidAction',
          `The local stack does not have the operation "${operation}" of SQS in the JSON protocol.`,
        );
    }
  }

  #named(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue !== undefined) return queue;
    throw new SqsError(
      'QueueDoesNotExist',
      `The specified queue does not exist: "${name}".`,
      'AWS.SimpleQueueService.NonExistentQueue',
    );
  }

  #createQueue({ QueueName: name = '', Attributes = {}, tags }: Input, host: string | undefined) {
    checkAttributes(Attributes);
    const isFifo = name.endsWith('.fifo');
    if (!/^[\w-]{1,80}$/.test(name.replace(/\.fifo$/, '')) || name.length > 80) {
      throw invalid(`The name of a queue has 1 to 80 letters, digits, - or _, not "${name}".`);
    }
    if ((Attributes['FifoQueue'] === 'true') !== isFifo) {
      throw invalid('The name of a FIFO queue, and of no other, ends with .fifo.');
    }
    const existing = this.#queues.get(name);
    if (existing !== undefined) {
      const differs = Object.keys(Attributes).find(
        (attribute) => existing.attributes[attribute] !== Attributes[attribute],
      );
      if (differs === undefined) return { QueueUrl: urlOf(existing, host) };
      throw new SqsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${differs}.`,
        'QueueAlreadyExists',
      );
    }
    const queue: Queue = {
      name,
      arn: arn('sqs', this.#region, name),
      attributes: {
        ...DEFAULT_ATTRIBUTES,
        ...(isFifo && DEFAULT_FIFO_ATTRIBUTES),
        ...Attributes,
      },
      tags: { ...tags },
      createdAtSeconds: Math.floor(this.#now() / 1_000),
      messages: new MessageQueue(isFifo, this.#now),
    };
    this.#queues.set(name, queue);
    return { QueueUrl: urlOf(queue, host) };
  }

  #setAttributes(queue: Queue, attributes: Readonly<Record<string, string>>) {
    checkAttributes(attributes);
    const isFifo = attributes['FifoQueue'];
    if (isFifo !== undefined && (isFifo === 'true') !== queue.messages.isFifo) {
      throw new SqsError(
        'InvalidAttributeValue',
        'You cannot change the FifoQueue attribute of a queue.',
      );
    }
    for (const [name, value] of Object.entries(attributes)) {
      // An empty policy removes it.
      if (value === '') Reflect.deleteProperty(queue.attributes, name);
      else queue.attributes[name] = value;
    }
    return {};
  }

  #send({ attributes, messages }: Queue, entry: SendEntry) {
    const { MessageBody: body = '', MessageAttributes = {}, DelaySeconds, MessageGroupId } = entry;
    if (body === '') throw missing('MessageBody');
    if (REFUSED_CHARACTER.test(body)) {
      throw new SqsError(
        'InvalidMessageContents',
        'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
      );
    }
    const limit = Number(attributes['MaximumMessageSize']);
    if (sizeOf(entry) > limit) {
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${String(limit)} bytes.`,
      );
    }
    if (messages.isFifo && MessageGroupId === undefined) throw missing('MessageGroupId');
    if (messages.isFifo && (DelaySeconds ?? 0) !== 0) {
      throw invalid(
        `Value ${String(DelaySeconds)} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      );
    }
    const md5OfBody = md5(body);
    const queued = messages.send({
      body,
      attributes: MessageAttributes,
      md5OfBody,
      delayMs: (DelaySeconds ?? Number(attributes['DelaySeconds'])) * 1_000,
      group: messages.isFifo ? MessageGroupId : undefined,
      deduplicationId: messages.isFifo ? deduplicationIdOf(entry, attributes) : undefined,
    });
    return {
      MessageId: queued.id,
      MD5OfMessageBody: md5OfBody,
      ...withDigest('MD5OfMessageAttributes', MessageAttributes),
      ...(messages.isFifo && { SequenceNumber: sequenceNumber(queued) }),
    };
  }

  async #receive(queue: Queue, input: Input, signal: AbortSignal | undefined) {
    const { attributes, messages } = queue;
    const maximum = within('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, 1, 10);
    const timeoutSeconds = within(
      'VisibilityTimeout',
      input.VisibilityTimeout ?? Number(attributes['VisibilityTimeout']),
      0,
      43_200,
    );
    const waitSeconds = within(
      'WaitTimeSeconds',
      input.WaitTimeSeconds ?? Number(attributes['ReceiveMessageWaitTimeSeconds']),
      0,
      20,
    );
    const deadlineMs = this.#now() + waitSeconds * 1_000;
    for (;;) {
      // Nobody would delete what is received for a caller who has gone.
      if (signal?.aborted === true) return {};
      const received = messages.receive(maximum, timeoutSeconds * 1_000, this.#redriveOf(queue));
      if (received.length > 0) return { Messages: received.map((each) => toMessage(each, input)) };
      const leftMs = deadlineMs - this.#now();
      if (leftMs <= 0 || !this.#queues.has(queue.name)) return {};
      await messages.waitForMessage(leftMs, signal);
    }
  }

  #startMove({ SourceArn = '', DestinationArn, MaxNumberOfMessagesPerSecond: perSecond }: Input) {
    const source = this.#named(nameFromArn(SourceArn));
    const isDeadLetterQueue = [...this.#queues.values()].some(
      (queue) => redrivePolicyOf(queue)?.deadLetterTargetArn === source.arn,
    );
    if (!isDeadLetterQueue) {
      throw invalid('Source queue must be configured as a Dead Letter Queue.');
    }
    if (DestinationArn === undefined) {
      throw invalid(
        'The local stack does not know where a message came from: name the destination.',
      );
    }
    const destination = this.#named(nameFromArn(DestinationArn));
    if (destination.messages.isFifo !== source.messages.isFifo) {
      throw invalid('Source and destination are both FIFO queues, or neither is.');
    }
    if (perSecond !== undefined) within('MaxNumberOfMessagesPerSecond', perSecond, 1, 500);
    this.#moves.start(source, destination, perSecond);
    return { TaskHandle: Buffer.from(source.arn).toString('base64') };
  }

  #redriveOf(queue: Queue) {
    const policy = redrivePolicyOf(queue);
    if (policy === undefined) return undefined;
    const { maxReceiveCount, deadLetterTargetArn } = policy;
    const target = this.#queues.get(nameFromArn(deadLetterTargetArn));
    return target && { maxReceiveCount: Number(maxReceiveCount), deadLetterQueue: target.messages };
  }
}

function redrivePolicyOf({ attributes }: Queue) {
  const policy = attributes['RedrivePolicy'];
  if (policy === undefined) return undefined;
  return JSON.parse(policy) as { maxReceiveCount: number | string; deadLetterTargetArn: string };
}

function toMessage({ message, receiptHandle }: ReceivedMessage, input: Input) {
  const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const system = {
    SenderId: ACCOUNT_ID,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.group !== undefined && {
      MessageGroupId: message.group,
      MessageDeduplicationId: message.deduplicationId,
      SequenceNumber: sequenceNumber(message),
    }),
  };
  const wanted = input.MessageAttributeNames ?? [];
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) =>
      wanted.some(
        (want) =>
          want === 'All' ||
          want === name ||
          (want.endsWith('.*') && name.startsWith(want.slice(0, -2))),
      ),
    ),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(names.length > 0 && { Attributes: selected(system, names) }),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
    ...withDigest('MD5OfMessageAttributes', attributes),
  };
}

function attributesOf(queue: Queue, names: readonly string[]): Record<string, string> {
  const { visible, inFlight, delayed } = queue.messages.counts;
  return selected(
    {
      ...queue.attributes,
      QueueArn: queue.arn,
      CreatedTimestamp: String(queue.createdAtSeconds),
      LastModifiedTimestamp: String(queue.createdAtSeconds),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    },
    names,
  );
}

function selected<Value>(all: Record<string, Value>, names: readonly string[]) {
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function deleteMessage({ messages }: Queue, { ReceiptHandle }: HandleEntry) {
  if (ReceiptHandle === undefined) throw missing('ReceiptHandle');
  messages.delete(ReceiptHandle);
  return {};
}

function changeVisibility({ messages }: Queue, entry: HandleEntry) {
  const { ReceiptHandle, VisibilityTimeout } = entry;
  if (ReceiptHandle === undefined) throw missing('ReceiptHandle');
  if (VisibilityTimeout === undefined) throw missing('VisibilityTimeout');
  const timeoutMs = within('VisibilityTimeout', VisibilityTimeout, 0, 43_200) * 1_000;
  if (messages.changeVisibility(ReceiptHandle, timeoutMs)) return {};
  throw new SqsError(
    'MessageNotInflight',
    'Message does not exist or is not available for visibility timeout change.',
    'AWS.SimpleQueueService.MessageNotInflight',
  );
}

function deduplicationIdOf(
  { MessageBody = '', MessageDeduplicationId }: SendEntry,
  attributes: Readonly<Record<string, string>>,
): string {
  if (MessageDeduplicationId !== undefined) return MessageDeduplicationId;
  if (attributes['ContentBasedDeduplication'] === 'true') {
    return createHash('sha256').update(MessageBody).digest('hex');
  }
  throw invalid(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly.',
  );
}

function withDigest(name: string, attributes: Readonly<Record<string, MessageAttribute>>) {
  return Object.keys(attributes).length > 0 ? { [name]: md5OfAttributes(attributes) } : {};
}

function sequenceNumber({ sequence }: Accepted): string {
  return String(sequence).padStart(SEQUENCE_DIGITS, '0');
}

/** The host of a queue's URL is the one that the caller called: an SDK calls it, whatever its endpoint setting. */
function urlOf({ name }: Queue, host = '127.0.0.1'): string {
  return `http://${host}/${ACCOUNT_ID}/${name}`;
}

function response(status: number, content: unknown, queryCode?: string): EngineResponse {
  const body = Buffer.from(JSON.stringify(content));
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.length),
      ...(queryCode !== undefined && { 'x-amzn-query-error': `${queryCode};Sender` }),
    },
    body,
  };
}
