import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { untilAborted } from './abort-signals.ts';
import {
  classifyError,
  credentialsUnavailable,
  isExpiredCredentials,
  isResponse,
  type Failure,
} from './failure.ts';
import type { SqsSender } from './options.ts';
import type { QueueClock } from './queue-clock.ts';
import type { OwnClient } from './sqs-client.ts';

/**
 * What a batch needs before it can be sent: a region, credentials, and the queue's clock. Whatever is missing is looked up
 * before each batch. When that fails, no update has been sent.
 */
export class SqsReadiness {
  readonly clock: QueueClock;
  readonly #client: SqsSender;
  readonly #queueUrl: string;
  readonly #own: OwnClient | undefined;
  #credentialsExpired = false;
  #learning: Promise<void> | undefined;

  /** @param own the client that the producer created; the caller of another client provides its region and credentials */
  constructor(client: SqsSender, queueUrl: string, clock: QueueClock, own?: OwnClient) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.clock = clock;
    this.#own = own;
  }

  /** Resolves with the failure, or `undefined` when the batch can be sent. Never rejects. */
  async prepare(signal: AbortSignal): Promise<Failure | undefined> {
    if (this.#own !== undefined) {
      const missing = await this.#prepareOwn(this.#own, signal);
      if (missing !== undefined) return missing;
    }
    if (this.clock.isKnown) return undefined;
    try {
      this.#learning ??= this.#learnClock(signal).finally(() => (this.#learning = undefined));
      await untilAborted(this.#learning, signal);
      return undefined;
    } catch (error) {
      return { ...classifyError(error), mayBeAccepted: false };
    }
  }

  /** Call after each successful request. */
  succeeded(): void {
    this.clock.responseReceived();
  }

  /** Call after each failed request. */
  failed(error: unknown): void {
    if (isResponse(error)) this.clock.responseReceived();
    if (isExpiredCredentials(error)) this.#credentialsExpired = true;
  }

  async #prepareOwn(own: OwnClient, signal: AbortSignal): Promise<Failure | undefined> {
    try {
      await untilAborted(own.ready(), signal);
    } catch (error) {
      return { ...classifyError(error), mayBeAccepted: false, isAttempt: false };
    }
    try {
      const refresh = this.#credentialsExpired;
      await untilAborted(own.credentials(refresh), signal);
      if (refresh) this.#credentialsExpired = false;
      return undefined;
    } catch (error) {
      return credentialsUnavailable(error);
    }
  }

  /**
   * Gets a response from SQS before the first update is sent. SQS accepts requests signed up to 15 minutes ahead, so a wrong
   * time would reach the queue before the response shows it, and SQS would drop a corrected retry as a duplicate. An empty
   * batch needs no permission other than sending. SQS rejects it (`EmptyBatchRequest`), which is response enough.
   */
  async #learnClock(signal: AbortSignal): Promise<void> {
    const emptyBatch = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: [] });
    try {
      await untilAborted(this.#client.send(emptyBatch, { abortSignal: signal }), signal);
    } catch (error) {
      if (!isResponse(error)) throw error;
    }
    this.clock.responseReceived();
  }
}
