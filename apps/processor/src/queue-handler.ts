import { createFifoHandler, type FifoHandler, type Telemetry } from '@leaderboard/function';
import { BatchObserver } from './batch-observer.ts';
import { processBatch, type BatchDependencies } from './process-batch.ts';

export type QueueHandlerOptions = Omit<BatchDependencies, 'observer'> & Telemetry;

/**
 * The function behind the event source mapping of the main queue. When it throws, the whole batch is delivered again,
 * which changes nothing for records that were settled before.
 */
export function createQueueHandler({
  logger,
  metrics,
  ...dependencies
}: QueueHandlerOptions): FifoHandler {
  const observer = new BatchObserver(logger, metrics);
  return createFifoHandler({
    logger,
    metrics,
    processBatch: async (records, remainingMs) => {
      const returned = await processBatch(records, remainingMs, { ...dependencies, observer });
      observer.batchFinished(returned.length);
      return returned;
    },
    batchThrew: (_, error) => {
      observer.batchThrew(error);
    },
  });
}
