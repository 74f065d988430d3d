import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { toQueueRecord } from '@leaderboard/function';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { BatchObserver } from './batch-observer.ts';
import { processBatch, type BatchDependencies } from './process-batch.ts';

export interface QueueHandlerOptions extends Omit<BatchDependencies, 'observer'> {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The function behind the event source mapping. It returns the records that the queue must deliver again (the
 * mapping must have `ReportBatchItemFailures`). When it throws, the whole batch is delivered again, which changes
 * nothing for records that were settled before. Metrics are flushed either way.
 */
export function createQueueHandler(options: QueueHandlerOptions): QueueHandler {
  const { logger, metrics } = options;
  return async (event, context) => {
    logger.addContext(context);
    const observer = new BatchObserver(logger, metrics);
    try {
      const returned = await processBatch(
        event.Records.map(toQueueRecord),
        () => context.getRemainingTimeInMillis(),
        { ...options, observer },
      );
      observer.batchFinished(returned.length);
      return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) };
    } catch (error) {
      observer.batchThrew(error);
      throw error;
    } finally {
      metrics.publishStoredMetrics();
    }
  };
}
