import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { toQueueRecord } from '@leaderboard/function';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Completer } from './completer.ts';
import { PowertoolsObserver } from './powertools-observer.ts';
import { projectBatch, type BatchDependencies } from './project-batch.ts';
import type { ProjectorObserver } from './projector-observer.ts';

export interface QueueHandlerOptions extends Omit<BatchDependencies, 'observer' | 'claim'> {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Makes the completer, which reports to the observer of this handler. */
  readonly completer: (observer: ProjectorObserver) => Pick<Completer, 'claim' | 'tryToComplete'>;
}

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The function behind the event source mapping. It returns the records that the queue must deliver again (the mapping
 * must have `ReportBatchItemFailures`). When it throws, the whole batch is delivered again, which changes nothing for
 * events that were folded in. Metrics are flushed either way.
 */
export function createQueueHandler(options: QueueHandlerOptions): QueueHandler {
  const { logger, metrics } = options;
  const observer = new PowertoolsObserver(logger, metrics);
  const completer = options.completer(observer);
  const claim = () => completer.claim();
  return async (event, context) => {
    logger.addContext(context);
    try {
      const records = event.Records.map(toQueueRecord);
      const returned = await projectBatch(records, { ...options, observer, claim });
      // The rest is below 0 when the time is over: the records are done nevertheless.
      const halfOfRestMs = Math.max(0, Math.floor(context.getRemainingTimeInMillis() / 2));
      await completer.tryToComplete(AbortSignal.timeout(halfOfRestMs));
      return {
        batchItemFailures: returned
          .flatMap((group) => group.records)
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      };
    } catch (error) {
      observer.batchThrew(event.Records.length, error);
      throw error;
    } finally {
      metrics.publishStoredMetrics();
    }
  };
}
