import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { PROCESSOR_METRICS, type ProcessorMetric } from '@leaderboard/contracts/metrics';
import { asError, type DeadLetter, type QueueRecord } from '@leaderboard/function';
import type { ValidRecord } from './record-check.ts';

/**
 * Receives the outcome of each record; counts and logs it through Powertools. Logs carry the ids needed to find a message again, and
 * never its body or metadata; the reason of a dead letter quotes at most 60 characters of the value that fails.
 */
export class BatchObserver {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** The update is in the ledger through this message. */
  written({ record, update }: ValidRecord): void {
    this.#count(PROCESSOR_METRICS.updateSuccess);
    this.#metrics.addMetric(PROCESSOR_METRICS.playerScore, MetricUnit.NoUnit, update.score);
    this.#logger.debug('Update written', describe(record));
  }

  /**
   * The same content is in the ledger under this event id, through another message.
   *
   * @param atOtherTime its `occurred_at` is more than an hour from the first one's, which counts
   */
  duplicateSuppressed({ record, update }: ValidRecord, atOtherTime: boolean): void {
    this.#count(PROCESSOR_METRICS.duplicateSuppressed);
    this.#logger.info('Duplicate dropped', describe(record));
    if (!atOtherTime) return;
    this.#count(PROCESSOR_METRICS.repeatAtOtherTime);
    const { event_id, occurred_at } = update;
    this.#logger.warn('Duplicate dropped although its time is more than an hour from the first', {
      ...describe(record),
      event_id,
      occurred_at,
    });
  }

  deadLettered({ record, errorType, reason }: DeadLetter): void {
    this.#count(DEAD_LETTER_METRICS[errorType]);
    this.#logger.error('Record sent to the dead-letter queue', {
      ...describe(record),
      error_type: errorType,
      error_reason: reason,
    });
  }

  /** The dead-letter queue did not accept the letter; its record goes back to the queue. */
  deadLetterFailed({ record, errorType }: DeadLetter, error: unknown): void {
    this.#logger.error('The dead-letter queue did not accept a record', {
      ...describe(record),
      error_type: errorType,
      error: asError(error),
    });
  }

  /** One attempt to write a group failed; it is retried or given up. */
  attemptFailed(messageGroupId: string, attempts: number, reason: string): void {
    this.#logger.warn('Attempt failed', { message_group_id: messageGroupId, attempts, reason });
  }

  /** The first record failed for this reason and returns to the queue, with its followers, which were not tried. */
  returned([failed, ...followers]: readonly QueueRecord[], reason: string): void {
    if (!failed) return;
    this.#count(PROCESSOR_METRICS.updateError);
    this.#logger.error('Record returned to the queue', {
      ...describe(failed),
      reason,
      followers_returned: followers.length,
    });
  }

  /** @param returned records that go back to the queue */
  batchFinished(returned: number): void {
    this.#count(returned === 0 ? PROCESSOR_METRICS.batchSuccess : PROCESSOR_METRICS.batchFailed);
  }

  batchThrew(error: unknown): void {
    this.#count(PROCESSOR_METRICS.batchFailed);
    this.#logger.error('The batch failed and returns to the queue', {
      error: asError(error),
    });
  }

  #count(name: ProcessorMetric): void {
    this.#metrics.addMetric(name, MetricUnit.Count, 1);
  }
}

const DEAD_LETTER_METRICS = {
  InvalidMessage: PROCESSOR_METRICS.invalidMessage,
  EventIdReused: PROCESSOR_METRICS.eventIdReused,
  TransientFailure: PROCESSOR_METRICS.updateError,
  RecordRefused: PROCESSOR_METRICS.updateError,
  Superseded: PROCESSOR_METRICS.updateError,
} as const satisfies Record<DeadLetter['errorType'], ProcessorMetric>;

function describe(record: QueueRecord) {
  return {
    message_id: record.messageId,
    message_group_id: record.messageGroupId,
    sequence_number: record.sequenceNumber,
    receive_count: record.receiveCount,
  };
}
