import type {
  BatchResultErrorEntry,
  SendMessageBatchCommand,
  SendMessageBatchCommandOutput,
  SendMessageBatchRequestEntry,
  SendMessageBatchResultEntry,
} from '@aws-sdk/client-sqs';
import type { LeaderboardUpdate, SqsSender } from '../src/index.ts';
import type { VirtualRuntime } from './virtual-runtime.ts';

/** What the fake does with one entry. `lost`: accepted, but missing in the response. */
export type EntryFate = 'accept' | 'internal-error' | 'sender-fault' | 'throttled' | 'lost';
/**
 * What it does with a whole request. `hang`: accepts nothing and never responds. `hang-accepted`: accepts and never responds.
 * `reset`: the connection breaks before acceptance, `reset-accepted`: after it.
 */
export type RequestFate =
  'respond' | 'hang' | 'hang-accepted' | 'reset' | 'reset-accepted' | 'throttled' | 'unavailable';

/** Decides what happens to requests and entries; by default everything is accepted after 10 ms. */
export interface Script {
  latencyMs?: (request: number) => number;
  request?: (request: number) => RequestFate | Error;
  entry?: (entry: SendMessageBatchRequestEntry, request: number) => EntryFate;
  /** Whether the fake measures the clock offset, like an `SQSClient`; otherwise it is a plain object with `send()`. */
  measuresClockOffset?: boolean;
  /** What happens to an empty batch; by default it is rejected after 10 ms. */
  probe?: () => 'respond' | 'hang' | 'reset';
}

export interface AcceptedMessage {
  group: string;
  deduplicationId: string;
  body: string;
  messageId: string;
  sequenceNumber: string;
  /** By the queue's clock, ms since 1970. */
  sentTimestamp: number;
}

/** An SQS FIFO queue as seen by a sender: accepts in order, drops repeated deduplication ids, fails as scripted. */
export class FakeSqs implements SqsSender {
  readonly accepted: AcceptedMessage[] = [];
  readonly requests: SendMessageBatchRequestEntry[][] = [];
  readonly violations: string[] = [];
  mostConcurrentRequests = 0;
  /** Empty batches. */
  probes = 0;
  /** As an SQSClient's: set from the `Date` of every response. */
  readonly config: { systemClockOffset?: number };
  readonly #byDeduplicationId = new Map<string, AcceptedMessage>();
  readonly #groupsInFlight = new Set<string>();
  readonly #runtime: VirtualRuntime;
  readonly #script: Script;
  #requestsNow = 0;

  constructor(runtime: VirtualRuntime, script: Script = {}) {
    this.#runtime = runtime;
    this.#script = script;
    this.config = script.measuresClockOffset === true ? { systemClockOffset: 0 } : {};
  }

  get bodies(): LeaderboardUpdate[] {
    return this.accepted.map(({ body }) => JSON.parse(body) as LeaderboardUpdate);
  }

  async send(
    command: SendMessageBatchCommand,
    options: { abortSignal?: AbortSignal } = {},
  ): Promise<SendMessageBatchCommandOutput> {
    const entries = command.input.Entries ?? [];
    if (entries.length === 0) {
      this.probes += 1;
      const fate = this.#script.probe?.() ?? 'respond';
      if (fate === 'hang') return untilAborted(options.abortSignal);
      await Promise.race([this.#runtime.sleep(10), untilAborted(options.abortSignal)]);
      if (fate === 'reset')
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      this.#updateClockOffset();
      throw awsError('EmptyBatchRequest', 400);
    }
    const number = this.requests.push(entries) - 1;
    const groups = entries.map((entry) => entry.MessageGroupId ?? '');
    for (const group of groups) {
      if (this.#groupsInFlight.has(group)) this.violations.push(`${group} twice in flight`);
      this.#groupsInFlight.add(group);
    }
    if (entries.length > 10) this.violations.push(`${entries.length} entries`);
    this.#requestsNow += 1;
    this.mostConcurrentRequests = Math.max(this.mostConcurrentRequests, this.#requestsNow);
    try {
      return await this.#respond(entries, number, options.abortSignal);
    } finally {
      this.#requestsNow -= 1;
      for (const group of groups) this.#groupsInFlight.delete(group);
    }
  }

  async #respond(
    entries: SendMessageBatchRequestEntry[],
    number: number,
    signal: AbortSignal | undefined,
  ): Promise<SendMessageBatchCommandOutput> {
    const fate = this.#script.request?.(number) ?? 'respond';
    if (fate instanceof Error) throw fate;
    if (fate === 'hang') return untilAborted(signal);
    const latency = this.#runtime.sleep(this.#script.latencyMs?.(number) ?? 10);
    await Promise.race([latency, untilAborted(signal)]);
    if (fate === 'reset') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    if (fate === 'throttled' || fate === 'unavailable') {
      this.#updateClockOffset();
      throw fate === 'throttled'
        ? awsError('RequestThrottled', 400)
        : awsError('ServiceUnavailable', 503);
    }
    const response = this.#decide(entries, number);
    if (fate === 'hang-accepted') return untilAborted(signal);
    if (fate === 'reset-accepted') {
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    }
    this.#updateClockOffset();
    return response;
  }

  /** Every response has a `Date`. */
  #updateClockOffset(): void {
    if (this.config.systemClockOffset === undefined) return;
    this.config.systemClockOffset = this.#runtime.trueNow() - this.#runtime.now();
  }

  #decide(entries: SendMessageBatchRequestEntry[], number: number): SendMessageBatchCommandOutput {
    const Successful: SendMessageBatchResultEntry[] = [];
    const Failed: BatchResultErrorEntry[] = [];
    for (const entry of entries) {
      const fate = this.#script.entry?.(entry, number) ?? 'accept';
      const Id = entry.Id;
      if (fate === 'accept' || fate === 'lost') {
        const message = this.#accept(entry);
        if (fate === 'lost') continue;
        const { messageId: MessageId, sequenceNumber: SequenceNumber } = message;
        Successful.push({ Id, MessageId, SequenceNumber, MD5OfMessageBody: '' });
      } else {
        const Code = {
          'internal-error': 'InternalError',
          'sender-fault': 'InvalidMessageContents',
          throttled: 'RequestThrottled',
        }[fate];
        Failed.push({ Id, Code, SenderFault: fate !== 'internal-error', Message: fate });
      }
    }
    return { Successful, Failed, $metadata: {} };
  }

  #accept(entry: SendMessageBatchRequestEntry): AcceptedMessage {
    const deduplicationId = entry.MessageDeduplicationId ?? '';
    const known = this.#byDeduplicationId.get(deduplicationId);
    if (known !== undefined) return known;
    const position = this.accepted.length + 1;
    const message = {
      group: entry.MessageGroupId ?? '',
      deduplicationId,
      body: entry.MessageBody ?? '',
      messageId: `message-${position}`,
      sequenceNumber: String(position).padStart(20, '0'),
      sentTimestamp: this.#runtime.trueNow(),
    };
    this.#byDeduplicationId.set(deduplicationId, message);
    this.accepted.push(message);
    return message;
  }
}

/** An error as the AWS SDK throws it. */
export function awsError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode } });
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}
