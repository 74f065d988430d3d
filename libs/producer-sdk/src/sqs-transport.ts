import type { OccurredAtLimits } from '@leaderboard/contracts';
import { SendMessageBatchCommand, type SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import { untilAborted } from './abort-signals.ts';
import type { CompletedUpdate } from './complete-update.ts';
import { classifyEntry, classifyError, type Failure } from './failure.ts';
import type { DeliverySettings, ProducerOptions, SqsSender } from './options.ts';
import { QueueClock } from './queue-clock.ts';
import type { Runtime } from './runtime.ts';
import { settleTime } from './settle-time.ts';
import { createClient, type Environment } from './sqs-client.ts';
import { SqsReadiness } from './sqs-readiness.ts';

/** The result of one update of a batch, and the update as it was sent, or would have been. */
export type EntryResult = { completed: CompletedUpdate } & (
  | { accepted: true; message_id: string; sequence_number: string }
  | { accepted: false; failure: Failure }
);

/** Sends batches through the caller's SQS client, or through one that it creates. @throws LeaderboardConfigError */
export function createTransport(
  options: ProducerOptions,
  { queueUrl, occurredAtLimits }: Pick<DeliverySettings, 'queueUrl' | 'occurredAtLimits'>,
  runtime: Runtime,
  environment: Environment,
): SqsTransport {
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

/** Reads the clock offset that an SQSClient has measured; another object with a `send` method has none. */
function clockOffsetOf(client: SqsSender): (() => number) | undefined {
  const { config } = client as { config?: { systemClockOffset?: unknown } };
  if (typeof config?.systemClockOffset !== 'number') return undefined;
  return () => config.systemClockOffset as number;
}

/** Sends batches of updates to one queue. */
export class SqsTransport {
  readonly clock: QueueClock;
  /** Destroys the client if the producer created it. */
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

  /** Returns the result of every entry, in order. Never rejects. */
  async sendBatch(batch: readonly CompletedUpdate[], signal: AbortSignal): Promise<EntryResult[]> {
    let unready: Failure | undefined;
    // The clock must be known when the times are settled, whatever was awaited before.
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
      const response = await untilAborted(sending, signal);
      this.#readiness.succeeded();
      return batch.map((completed, index) => entryResult(completed, response, String(index)));
    } catch (error) {
      this.#readiness.failed(error);
      const failure = classifyError(error);
      return batch.map((completed) => ({ completed, accepted: false, failure }));
    }
  }
}

function entryResult(
  completed: CompletedUpdate,
  response: SendMessageBatchCommandOutput,
  id: string,
): EntryResult {
  const success = response.Successful?.find((entry) => entry.Id === id);
  if (success?.MessageId !== undefined && success.SequenceNumber !== undefined) {
    return {
      completed,
      accepted: true,
      message_id: success.MessageId,
      sequence_number: success.SequenceNumber,
    };
  }
  const failed = response.Failed?.find((entry) => entry.Id === id);
  return { completed, accepted: false, failure: classifyEntry(failed) };
}
