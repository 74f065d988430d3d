import { setTimeout as delay } from 'node:timers/promises';

import { messageOf } from '../../shared/errors.ts';
import type { CallService } from '../gateway/call-service.ts';
import type { Delivery } from './pipe-chaos.ts';

/** Shortest and longest pause before a batch is sent again, in ms. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

export interface QueueTargetOptions {
  /** Calls SQS with the permissions of the pipe's role. */
  readonly sqs: CallService;
  readonly pipeArn: string;
  readonly streamArn: string;
  readonly queueUrl: string;
  readonly messageBody: (event: unknown) => string;
  /** Undefined for a standard queue. */
  readonly messageGroupId: ((event: unknown) => string) | undefined;
  readonly messageDeduplicationId: ((event: unknown) => string) | undefined;
  /** Infinity if the pipe has no limit. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeMs: number;
  /** Whether a failed batch is halved, so that a bad record does not block the others for long. */
  readonly bisects: boolean;
  /** URL of the pipe's dead-letter queue. */
  readonly deadLetterQueueUrl: string | undefined;
  readonly report: (message: string) => void;
}

interface BatchFailure {
  readonly Code?: string;
  readonly Message?: string;
}

/** The target of a pipe: sends batches to a queue, in order, and gives up on those that keep failing. */
export class QueueTarget {
  readonly #options: QueueTargetOptions;

  constructor(options: QueueTargetOptions) {
    this.#options = options;
  }

  /** Resolves once every record is sent or dead-lettered; rejects when the signal is aborted. */
  async deliver(
    deliveries: readonly Delivery[],
    shardId: string,
    signal: AbortSignal,
    attempt = 0,
  ): Promise<void> {
    const problem = await this.#send(deliveries, signal);
    if (problem === undefined) return;
    signal.throwIfAborted();
    const condition = this.#giveUpCondition(deliveries, attempt);
    if (condition !== undefined) {
      await this.#giveUp(deliveries, shardId, condition, problem);
      return;
    }
    await delay(Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS), undefined, { signal });
    const parts =
      this.#options.bisects && deliveries.length > 1 ? halves(deliveries) : [deliveries];
    // Sends again what was already sent: the queue drops it by its deduplication id.
    for (const part of parts) await this.deliver(part, shardId, signal, attempt + 1);
  }

  /** @returns what went wrong with the batch or a part of it; undefined if nothing did */
  async #send(deliveries: readonly Delivery[], signal: AbortSignal): Promise<string | undefined> {
    const { sqs, queueUrl, messageBody, messageGroupId, messageDeduplicationId } = this.#options;
    try {
      const { Failed = [] } = await sqs<{ Failed?: BatchFailure[] }>(
        'SendMessageBatch',
        {
          QueueUrl: queueUrl,
          Entries: deliveries.map(({ record, deduplicationSuffix }, index) => ({
            Id: String(index),
            MessageBody: messageBody(record),
            ...(messageGroupId && { MessageGroupId: messageGroupId(record) }),
            ...(messageDeduplicationId && {
              MessageDeduplicationId: messageDeduplicationId(record) + deduplicationSuffix,
            }),
          })),
        },
        signal,
      );
      const [first] = Failed;
      return first && `${first.Code ?? ''}: ${first.Message ?? ''}`;
    } catch (error) {
      return messageOf(error);
    }
  }

  #giveUpCondition(deliveries: readonly Delivery[], attempt: number): string | undefined {
    if (attempt >= this.#options.maximumRetryAttempts) return 'RetryAttemptsExhausted';
    return deliveries.some(
      ({ record }) =>
        Date.now() - record.dynamodb.ApproximateCreationDateTime * 1_000 >
        this.#options.maximumRecordAgeMs,
    )
      ? 'MaximumRecordAgeExceeded'
      : undefined;
  }

  /** Dead-letters the position of the records in the stream: a pipe does not dead-letter the records of a stream. */
  async #giveUp(
    deliveries: readonly Delivery[],
    shardId: string,
    condition: string,
    problem: string,
  ): Promise<void> {
    const { sqs, report, pipeArn, streamArn, deadLetterQueueUrl } = this.#options;
    report(`${pipeArn} gave up on ${String(deliveries.length)} records (${condition}): ${problem}`);
    if (deadLetterQueueUrl === undefined) return;
    const records = deliveries.map(({ record }) => record.dynamodb);
    const arrivals = records.map(({ ApproximateCreationDateTime }) =>
      new Date(ApproximateCreationDateTime * 1_000).toISOString(),
    );
    const letter = {
      context: { partnerResourceArn: pipeArn, condition },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        shardId,
        startSequenceNumber: records[0]?.SequenceNumber,
        endSequenceNumber: records.at(-1)?.SequenceNumber,
        approximateArrivalOfFirstRecord: arrivals[0],
        approximateArrivalOfLastRecord: arrivals.at(-1),
        batchSize: records.length,
        streamArn,
      },
    };
    await sqs('SendMessage', {
      QueueUrl: deadLetterQueueUrl,
      MessageBody: JSON.stringify(letter),
    }).catch((error: unknown) => {
      report(`${pipeArn} could not write to its dead-letter queue: ${messageOf(error)}`);
    });
  }
}

function halves(deliveries: readonly Delivery[]): (readonly Delivery[])[] {
  const middle = Math.ceil(deliveries.length / 2);
  return [deliveries.slice(0, middle), deliveries.slice(middle)];
}
