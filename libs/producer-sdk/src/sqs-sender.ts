import type { OccurredAtLimits } from '@leaderboard/contracts';
import { SendMessageBatchCommand, type SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import type { CompletedUpdate } from './complete-update.ts';
import { classifyEntry, classifyError, type Failure } from './failure.ts';
import type { DeliverySettings, ProducerOptions } from './options.ts';
import { QueueClock } from './queue-clock.ts';
import type { Runtime } from './runtime.ts';
import { settleTime } from './settle-time.ts';
import { createClient, type Environment } from './sqs-client.ts';
import { SqsReadiness } from './sqs-readiness.ts';
import { untilAborted } from './until-aborted.ts';

/** The one method of an `SQSClient` that the producer calls. */
export interface SqsSender {
  send(
    command: SendMessageBatchCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<SendMessageBatchCommandOutput>;
}

/** How one update of a batch fared, and the update as it went over the wire, or would have. */
export type EntryResult = { completed: CompletedUpdate } & (
  | { accepted: true; message_id: string; sequence_number: string }
  | { accepted: false; failure: Failure }
);

/** Sends one batch and tells every entry's result, in order. Never rejects. */
export interface BatchTransport {
  readonly clock: QueueClock;
  sendBatch(batch: readonly CompletedUpdate[], signal: AbortSignal): Promise<EntryResult[]>;
  /** Lets go of what the transport made itself. */
  destroy(): void;
}

/** The transport over SQS, through the caller's client or one of its own. @throws LeaderboardConfigError */
export function createTransport(
  options: ProducerOptions,
  { queueUrl, occurredAtLimits }: Pick<DeliverySettings, 'queueUrl' | 'occurredAtLimits'>,
  runtime: Runtime,
  environment: Environment,
): BatchTransport {
  if (options.client !== undefined) {
    const clock = new QueueClock(runtime, clockOffsetOf(options.client));
    const readiness = new SqsReadiness(options.client, queueUrl, clock);
    return new SqsTransport(options.client, queueUrl, occurredAtLimits, readiness);
  }
  const own = createClient(options, queueUrl, environment);
  const clock = new QueueClock(runtime, clockOffsetOf(own.client));
  const readiness = new SqsReadiness(own.client, queueUrl, clock, own);
  return new SqsTransport(own.client, queueUrl, occurredAtLimits, readiness, () => {
    own.client.destroy();
  });
}

/** How to read what an SQSClient has learned about the clocks; a stand-in for one has learned nothing. */
function clockOffsetOf(client: SqsSender): (() => number) | undefined {
  const { config } = client as { config?: { systemClockOffset?: unknown } };
  if (typeof config?.systemClockOffset !== 'number') return undefined;
  return () => config.systemClockOffset as number;
}

class SqsTransport implements BatchTransport {
  readonly clock: QueueClock;
  readonly destroy: () => void;
  readonly #client: SqsSender;
  readonly #queueUrl: string;
  readonly #limits: OccurredAtLimits;
  readonly #readiness: SqsReadiness;

  constructor(
    client: SqsSender,
    queueUrl: string,
    limits: OccurredAtLimits,
    readiness: SqsReadiness,
    destroy: () => void = () => undefined,
  ) {
    this.clock = readiness.clock;
    this.destroy = destroy;
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#limits = limits;
    this.#readiness = readiness;
  }

  async sendBatch(batch: readonly CompletedUpdate[], signal: AbortSignal): Promise<EntryResult[]> {
    let unready: Failure | undefined;
    // Whatever was awaited, the clock is known at the moment at which the times are settled.
    do unready = await this.#readiness.prepare(signal);
    while (unready === undefined && !this.clock.isKnown);
    if (unready !== undefined) {
      return batch.map((completed) => ({ completed, accepted: false, failure: unready }));
    }
    const settled = batch.map((completed) => this.#settleTime(completed));
    const sendable = settled.flatMap(({ completed, failure }) => (failure ? [] : [completed]));
    const results = sendable.length > 0 ? await this.#request(sendable, signal) : [];
    return settled.flatMap(({ completed, failure }) =>
      failure ? { completed, accepted: false, failure } : (results.shift() ?? []),
    );
  }

  #settleTime(completed: CompletedUpdate): { completed: CompletedUpdate; failure?: Failure } {
    try {
      return { completed: settleTime(completed, this.clock, this.#limits) };
    } catch (error) {
      return { completed, failure: classifyError(error) };
    }
  }

  async #request(batch: readonly CompletedUpdate[], signal: AbortSignal): Promise<EntryResult[]> {
    const command = new SendMessageBatchCommand({
      QueueUrl: this.#queueUrl,
      Entries: batch.map((entry, index) => ({
        Id: String(index),
        MessageBody: entry.body,
        MessageGroupId: entry.messageGroupId,
        MessageDeduplicationId: entry.deduplicationId,
      })),
    });
    try {
      const sending = this.#client.send(command, { abortSignal: signal });
      const answer = await untilAborted(sending, signal);
      this.#readiness.heard();
      return batch.map((completed, index) => entryResult(completed, answer, String(index)));
    } catch (error) {
      this.#readiness.failed(error);
      const failure = classifyError(error);
      return batch.map((completed) => ({ completed, accepted: false, failure }));
    }
  }
}

function entryResult(
  completed: CompletedUpdate,
  answer: SendMessageBatchCommandOutput,
  id: string,
): EntryResult {
  const success = answer.Successful?.find((entry) => entry.Id === id);
  if (success?.MessageId !== undefined && success.SequenceNumber !== undefined) {
    return {
      completed,
      accepted: true,
      message_id: success.MessageId,
      sequence_number: success.SequenceNumber,
    };
  }
  const failed = answer.Failed?.find((entry) => entry.Id === id);
  return { completed, accepted: false, failure: classifyEntry(failed) };
}
