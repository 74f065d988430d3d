import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { toQueueRecord, type QueueRecord } from './queue-record.ts';
import { duringInvocation, type Telemetry } from './telemetry.ts';

export interface FifoHandlerOptions extends Telemetry {
  /**
   * Processes one batch, in queue order.
   *
   * @param remainingMs what remains of the invocation, in ms
   * @returns the ids of the messages that the queue must deliver again
   */
  readonly processBatch: (
    records: readonly QueueRecord[],
    remainingMs: () => number,
  ) => Promise<readonly string[]>;
  /** The batch threw and returns to the queue as a whole. */
  readonly batchThrew: (records: number, error: unknown) => void;
}

export type FifoHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The function behind the event source mapping of a FIFO queue. The mapping must have `ReportBatchItemFailures`: SQS
 * delivers the returned messages again, and deletes the others. When the batch throws, all of it is delivered again.
 *
 * @throws {UnsupportedEventSourceError} for a record of a standard queue, and what `processBatch` throws
 * @example
 * export const handler = createFifoHandler({
 *   ...createTelemetry(config),
 *   processBatch: (records, remainingMs) => processBatch(records, remainingMs, dependencies),
 *   batchThrew: (records, error) => observer.batchThrew(records, error),
 * });
 */
export function createFifoHandler(options: FifoHandlerOptions): FifoHandler {
  return (event, context) =>
    duringInvocation(options, context, async () => {
      try {
        const returned = await options.processBatch(event.Records.map(toQueueRecord), () =>
          context.getRemainingTimeInMillis(),
        );
        return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) };
      } catch (error) {
        options.batchThrew(event.Records.length, error);
        throw error;
      }
    });
}
