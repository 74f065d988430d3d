import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import { asError, duringInvocation, type Telemetry } from '@leaderboard/function';
import type { Context } from 'aws-lambda';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import {
  runSnapshots,
  type SnapshotRunDependencies,
  type SnapshotRunResult,
} from './snapshot-run.ts';

export interface ScheduleHandlerOptions
  extends Telemetry, Omit<SnapshotRunDependencies, 'remainingMs' | 'catalog'> {
  /** The boards that are served. */
  readonly catalog: () => Promise<BoardCatalog>;
}

/** Input of the schedule. An operator sends `{ "full": true }` to take every board again. */
export interface SnapshotEvent {
  readonly full?: boolean;
}

export type ScheduleHandler = (
  event: SnapshotEvent,
  context: Context,
) => Promise<Omit<SnapshotRunResult, 'failures'>>;

/**
 * The function behind the schedule. A board that cannot be read or written holds up no other. The function then fails at
 * its end, which raises the alarm on its errors, and the next run takes the board again.
 */
export function createScheduleHandler(options: ScheduleHandlerOptions): ScheduleHandler {
  const { logger, metrics } = options;
  return (event, context) =>
    duringInvocation(options, context, async () => {
      const remainingMs = () => context.getRemainingTimeInMillis();
      const catalog = await options.catalog();
      const result = await runSnapshots(
        { ...options, catalog, remainingMs },
        { full: event.full === true },
      );
      const { failures, ...counts } = result;
      const { written, unchanged } = counts.outcomes;
      const described = { ...counts, failures: failures.length };
      if (written + unchanged + failures.length > 0) {
        metrics.addMetric(STANDINGS_METRICS.snapshotsWritten, MetricUnit.Count, written);
        metrics.addMetric(STANDINGS_METRICS.snapshotsUnchanged, MetricUnit.Count, unchanged);
        logger.info('Snapshots taken', described);
      } else {
        // Every minute of an idle stack.
        logger.debug('No board has changed', described);
      }
      for (const { boardWindow, error } of failures) {
        logger.error('A snapshot failed', { board_window: boardWindow, error: asError(error) });
      }
      if (failures.length > 0) {
        throw new AggregateError(
          failures.map(({ error }) => error),
          `${failures.length} board windows could not be taken; the next run takes them again.`,
        );
      }
      return counts;
    });
}
