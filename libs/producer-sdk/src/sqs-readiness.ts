import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import {
  classifyError,
  credentialsUnavailable,
  isExpiredCredentials,
  isResponse,
  type Failure,
} from './failure.ts';
import type { QueueClock } from './queue-clock.ts';
import type { OwnClient } from './sqs-client.ts';
import type { SqsSender } from './sqs-sender.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * What has to be there before a batch is sent: a region, credentials, and the queue's clock. What is missing is looked for
 * before every batch; whatever fails here, no update has left yet.
 */
export class SqsReadiness {
  readonly clock: QueueClock;
  readonly #client: SqsSender;
  readonly #queueUrl: string;
  readonly #own: OwnClient | undefined;
  #credentialsExpired = false;
  #learning: Promise<void> | undefined;

  /** @param own the producer's own client; region and credentials of another one are its caller's business */
  constructor(client: SqsSender, queueUrl: string, clock: QueueClock, own?: OwnClient) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.clock = clock;
    this.#own = own;
  }

  /** Resolves with what is missing, `undefined` when nothing is. Never rejects. */
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

  /** Notes a response. */
  heard(): void {
    this.clock.heard();
  }

  /** Notes the error of a request. */
  failed(error: unknown): void {
    if (isResponse(error)) this.clock.heard();
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
   * Makes SQS respond before the first update is sent: SQS takes requests that are signed up to 15 minutes ahead, so a wrong
   * time would be in the queue before its response shows it, and a corrected repeat would be dropped as a duplicate. An
   * empty batch needs no permission beyond sending; SQS refuses it (`EmptyBatchRequest`), and any response will do.
   */
  async #learnClock(signal: AbortSignal): Promise<void> {
    const emptyBatch = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: [] });
    try {
      await untilAborted(this.#client.send(emptyBatch, { abortSignal: signal }), signal);
    } catch (error) {
      if (!isResponse(error)) throw error;
    }
    this.clock.heard();
  }
}
