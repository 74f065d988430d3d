import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { DeadLetter, QueueRecord } from '@leaderboard/function';
import type { BatchObserver } from './batch-observer.ts';
import { METRIC_NAMES, type MetricName } from './metric-names.ts';
import type { ValidRecord } from './record-check.ts';

/**
 * Metrics and structured logs through Powertools. Logs carry the ids needed to find a message again, and never its body
 * or metadata; the reason of a dead letter quotes at most 60 characters of the value that fails.
 */
export class PowertoolsObserver implements BatchObserver {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(logger: Logger, metrics: Metrics) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  written({ record, update }: ValidRecord): void {
    this.#count(METRIC_NAMES.updateSuccess);
    this.#metrics.addMetric(METRIC_NAMES.playerScore, MetricUnit.NoUnit, update.score);
    this.#logger.debug('Update written', describe(record));
  }

  duplicateSuppressed({ record, update }: ValidRecord, atOtherTime: boolean): void {
    this.#count(METRIC_NAMES.duplicateSuppressed);
    this.#logger.info('Duplicate dropped', describe(record));
    if (!atOtherTime) return;
    this.#count(METRIC_NAMES.repeatAtOtherTime);
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

  deadLetterFailed({ record, errorType }: DeadLetter, error: unknown): void {
    this.#logger.error('The dead-letter queue did not take a record', {
      ...describe(record),
      error_type: errorType,
      error: error instanceof Error ? error : new Error(String(error)),
    });
  }

  attemptFailed(messageGroupId: string, attempts: number, reason: string): void {
    this.#logger.warn('Attempt failed', { message_group_id: messageGroupId, attempts, reason });
  }

  returned([failed, ...followers]: readonly QueueRecord[], reason: string): void {
    if (!failed) return;
    this.#count(METRIC_NAMES.updateError);
    this.#logger.error('Record returned to the queue', {
      ...describe(failed),
      reason,
      followers_returned: followers.length,
    });
  }

  batchFinished(returned: number): void {
    this.#count(returned === 0 ? METRIC_NAMES.batchSuccess : METRIC_NAMES.batchFailed);
  }

  batchThrew(error: unknown): void {
    this.#count(METRIC_NAMES.batchFailed);
    this.#logger.error('The batch failed and goes back to the queue', {
      error: error instanceof Error ? error : new Error(String(error)),
    });
  }

  #count(name: MetricName): void {
    this.#metrics.addMetric(name, MetricUnit.Count, 1);
  }
}

const DEAD_LETTER_METRICS = {
  InvalidMessage: METRIC_NAMES.invalidMessage,
  EventIdReused: METRIC_NAMES.eventIdReused,
  TransientFailure: METRIC_NAMES.updateError,
  RecordRefused: METRIC_NAMES.updateError,
} as const satisfies Record<DeadLetter['errorType'], MetricName>;

function describe(record: QueueRecord) {
  return {
    message_id: record.messageId,
    message_group_id: record.messageGroupId,
    sequence_number: record.sequenceNumber,
    receive_count: record.receiveCount,
  };
}
