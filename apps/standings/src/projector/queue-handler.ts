import { createFifoHandler, type FifoHandler, type Telemetry } from '@leaderboard/function';
import type { Completer } from './completer.ts';
import { PowertoolsObserver } from './powertools-observer.ts';
import { projectBatch, type BatchDependencies } from './project-batch.ts';
import type { ProjectorObserver } from './projector-observer.ts';

export interface QueueHandlerOptions extends Telemetry, Omit<BatchDependencies, 'observer'> {
  /** Makes the completer, which reports to the observer of this handler. */
  readonly completer: (observer: ProjectorObserver) => Pick<Completer, 'tryToComplete'>;
}

/**
 * The function behind the event source mapping of the standings queue. When it throws, the whole batch is delivered again,
 * which changes nothing for events that were folded in.
 */
export function createQueueHandler(options: QueueHandlerOptions): FifoHandler {
  const { logger, metrics, now } = options;
  const observer = new PowertoolsObserver(logger, metrics, now);
  const completer = options.completer(observer);
  return createFifoHandler({
    logger,
    metrics,
    processBatch: async (records, remainingMs) => {
      const returned = await projectBatch(records, { ...options, observer });
      // What remains is below 0 when the time is over: the records are done nevertheless.
      const halfOfRestMs = Math.max(0, Math.floor(remainingMs() / 2));
      await completer.tryToComplete(AbortSignal.timeout(halfOfRestMs));
      return returned.flatMap((group) => group.records).map(({ messageId }) => messageId);
    },
    batchThrew: (records, error) => {
      observer.batchThrew(records, error);
    },
  });
}
