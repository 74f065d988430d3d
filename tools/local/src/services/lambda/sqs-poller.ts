import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../../shared/errors.ts';
import type { CallService } from '../gateway/call-service.ts';
import { processedMessageIds } from './batch-response.ts';
import {
  TooManyRequestsException,
  type FunctionHost,
  type InvocationResult,
} from './function-host.ts';
import type { VisibilityChanges } from '../sqs/visibility-changes.ts';
import { toSqsRecord, type SqsMessage } from './sqs-event.ts';

/** The longest wait that ReceiveMessage allows (Amazon SQS message quotas). */
const LONG_POLL_SECONDS = 20;
/** Enough to receive one batch while another is processed; more only when the function cannot keep up. */
const INITIAL_CONCURRENCY = 2;
/** If every slot is in use and no batch ends for so long, invocations are waiting, and one more may run. */
const GROW_AFTER_MS = 300;
const RETRY_AFTER_ERROR_MS = 500;

export interface SqsPollerOptions {
  /** Calls SQS with the permissions of the function's role. */
  readonly sqs: CallService;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly region: string;
  readonly function: FunctionHost;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly reportsItemFailures: boolean;
  readonly report: (message: string) => void;
  /** Ends the visibility timeout of messages that were not processed; default: it expires. */
  readonly retryImmediately?: RetryImmediately | undefined;
}

interface BatchFailure {
  readonly Code?: string;
  readonly Message?: string;
}

export interface RetryImmediately {
  /** Calls SQS as an administrator: on AWS the timeout expires without any permission. */
  readonly sqs: CallService;
  /** A message keeps a visibility timeout that the function has set. */
  readonly visibilityChanges: VisibilityChanges;
}

/**
 * An event source mapping from a queue to a function. One receiver passes batches to concurrent invocations, whose number
 * grows towards `maximumConcurrency` under a backlog and drops when the queue is empty.
 */
export class SqsPoller {
  readonly #options: SqsPollerOptions;
  readonly #stopped = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #concurrency: number;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SqsPollerOptions) {
    this.#options = options;
    this.#concurrency = this.#initialConcurrency();
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Stops polling immediately. The messages of batches in flight stay invisible until their visibility timeout. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    let visibilityTimeoutMs: number | undefined;
    while (!this.#stopped.signal.aborted) {
      try {
        visibilityTimeoutMs ??= await this.#visibilityTimeoutMs();
        await this.#waitForSlot();
        const messages = await this.#receive();
        if (messages.length === 0) this.#concurrency = this.#initialConcurrency();
        else this.#dispatch(messages, AbortSignal.timeout(visibilityTimeoutMs));
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#options.report(`Polling ${this.#options.queueUrl} failed: ${messageOf(error)}`);
        await delay(RETRY_AFTER_ERROR_MS, undefined, { signal: this.#stopped.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  async #waitForSlot(): Promise<void> {
    while (this.#inFlight.size >= this.#concurrency) {
      const waited = new AbortController();
      const signal = AbortSignal.any([waited.signal, this.#stopped.signal]);
      const finished = await Promise.race([
        Promise.race(this.#inFlight).then(() => true),
        delay(GROW_AFTER_MS, false, { signal }).catch(() => true),
      ]);
      waited.abort();
      this.#stopped.signal.throwIfAborted();
      if (!finished && this.#concurrency < this.#options.maximumConcurrency) this.#concurrency += 1;
    }
  }

  async #receive(): Promise<SqsMessage[]> {
    const { sqs, queueUrl, batchSize } = this.#options;
    const { Messages = [] } = await sqs<{ Messages?: SqsMessage[] }>(
      'ReceiveMessage',
      {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      },
      this.#stopped.signal,
    );
    return Messages;
  }

  async #visibilityTimeoutMs(): Promise<number> {
    const { sqs, queueUrl } = this.#options;
    const { Attributes } = await sqs<{ Attributes?: Record<string, string> }>(
      'GetQueueAttributes',
      { QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] },
      this.#stopped.signal,
    );
    return Number(Attributes?.['VisibilityTimeout'] ?? 30) * 1_000;
  }

  #dispatch(messages: SqsMessage[], expired: AbortSignal): void {
    const batch = this.#process(messages, expired)
      .catch((error: unknown) => {
        if (this.#stopped.signal.aborted) return;
        this.#options.report(`A batch of ${this.#options.queueUrl} failed: ${messageOf(error)}`);
      })
      .finally(() => this.#inFlight.delete(batch));
    this.#inFlight.add(batch);
  }

  async #process(messages: SqsMessage[], expired: AbortSignal): Promise<void> {
    const { queueArn, region, reportsItemFailures } = this.#options;
    const event = { Records: messages.map((message) => toSqsRecord(message, queueArn, region)) };
    const result = await this.#invokeUnlessThrottled(event, expired);
    if (result === undefined) return;
    const messageIds = messages.map((message) => message.MessageId ?? '');
    const processed = processedMessageIds(result, messageIds, reportsItemFailures);
    const isProcessed = (message: SqsMessage) => processed.includes(message.MessageId ?? '');
    try {
      await this.#delete(messages.filter(isProcessed));
    } catch (error) {
      await this.#return(messages);
      throw error;
    }
    await this.#return(messages.filter((message) => !isProcessed(message)));
  }

  /** Makes messages visible, for tests that do not wait for the visibility timeout. */
  async #return(messages: readonly SqsMessage[]): Promise<void> {
    const { retryImmediately, queueUrl } = this.#options;
    if (retryImmediately === undefined) return;
    const { sqs, visibilityChanges } = retryImmediately;
    for (const { ReceiptHandle = '' } of messages) {
      if (visibilityChanges.take(ReceiptHandle)) continue;
      await sqs('ChangeMessageVisibility', {
        QueueUrl: queueUrl,
        ReceiptHandle,
        VisibilityTimeout: 0,
      });
    }
  }

  /**
   * Other invokers may use the function's concurrency. The batch then waits, until its messages are visible again and
   * belong to the next receive; this one is used up.
   */
  async #invokeUnlessThrottled(
    event: unknown,
    expired: AbortSignal,
  ): Promise<InvocationResult | undefined> {
    while (!expired.aborted) {
      try {
        return await this.#options.function.invoke(event);
      } catch (error) {
        if (!(error instanceof TooManyRequestsException)) throw error;
        const signal = AbortSignal.any([expired, this.#stopped.signal]);
        await this.#options.function.whenFree(signal).catch(() => undefined);
        this.#stopped.signal.throwIfAborted();
      }
    }
    return undefined;
  }

  async #delete(messages: readonly SqsMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const { sqs, queueUrl } = this.#options;
    const { Failed = [] } = await sqs<{ Failed?: BatchFailure[] }>(
      'DeleteMessageBatch',
      {
        QueueUrl: queueUrl,
        Entries: messages.map((message, index) => ({
          Id: String(index),
          ReceiptHandle: message.ReceiptHandle,
        })),
      },
      this.#stopped.signal,
    );
    for (const failure of Failed) {
      this.#options.report(
        `Deleting from ${queueUrl} failed: ${failure.Message ?? failure.Code ?? ''}`,
      );
    }
  }

  #initialConcurrency(): number {
    return Math.min(INITIAL_CONCURRENCY, this.#options.maximumConcurrency);
  }
}
