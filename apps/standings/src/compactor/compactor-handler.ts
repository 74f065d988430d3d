import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import { asError, duringInvocation, type Telemetry } from '@leaderboard/function';
import { ranksPartition } from '@leaderboard/tables';
import type { Context } from 'aws-lambda';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import type { BoardReader } from '../storage/board-reader.ts';
import { collectRuns, isTimeToCollect } from './collect-runs.ts';
import {
  BoardCompactor,
  type CompactionResult,
  type CompactorDependencies,
} from './compact-board.ts';
import { quietBoardWindows } from './quiet-boards.ts';

/** Input of the function. From the schedule it is empty: then it looks for boards that need it. */
export interface CompactorEvent {
  /** Boards to compact, by their partitions of the table of ranks. */
  readonly partitions?: readonly string[];
  /** Deletes the replaced runs that are older than a day, and compacts nothing else than `partitions`. */
  readonly collect?: boolean;
}

export interface CompactorHandlerOptions extends Telemetry, CompactorDependencies {
  /** All boards that are folded. */
  readonly catalog: () => Promise<BoardCatalog>;
  readonly boards: Pick<BoardReader, 'readChanges'>;
}

export type CompactorHandler = (
  event: CompactorEvent,
  context: Context,
) => Promise<{ readonly boards: number; readonly absorbed: number }>;

/** Log items below which a board that has become quiet is left as it is: they cost a reader less than the flip costs. */
const MIN_QUIET_LOG = 16;
/** Log items below which a board is left when a projector has asked: another compactor was there. */
const MIN_LOG = 4;
/** Boards under way at the same time. */
const PARALLEL = 4;
/** Time of the invocation that is reserved for what is under way, in ms. */
const RESERVE_MS = 20_000;

/**
 * The compactor: started by projectors for a board whose log has grown, and by a schedule for boards that have become quiet. A
 * board that fails holds up no other; the function then fails at its end, so that it is tried again and the alarm is raised.
 */
export function createCompactorHandler(options: CompactorHandlerOptions): CompactorHandler {
  const { logger, metrics, random } = options;
  const compactor = new BoardCompactor(options);
  return (event, context) =>
    duringInvocation(options, context, async () => {
      const isScheduled = event.partitions === undefined && event.collect !== true;
      const asked = isScheduled ? await quietPartitions(options) : event.partitions;
      const queue = [...new Set(asked ?? [])];
      const boards = queue.length;
      const errors: unknown[] = [];
      let absorbed = 0;
      const worker = async () => {
        while (context.getRemainingTimeInMillis() > RESERVE_MS) {
          const partition = queue.shift();
          if (partition === undefined) return;
          try {
            const result = await compactor.compact(
              partition,
              isScheduled ? MIN_QUIET_LOG : MIN_LOG,
            );
            absorbed += result.found - result.left;
            report(result);
            logger.info('Board compacted', { board: partition, ...result });
          } catch (error) {
            errors.push(error);
            logger.error('A board could not be compacted', {
              board: partition,
              error: asError(error),
            });
          }
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, worker));
      if (event.collect === true || (isScheduled && isTimeToCollect(random()))) {
        const runs = await collectRuns(options);
        logger.info('Replaced runs deleted', { runs });
      }
      if (errors.length > 0) {
        throw new AggregateError(
          errors,
          `${errors.length} of ${boards} boards were not compacted.`,
        );
      }
      return { boards, absorbed };
    });

  function report({ found, ageMs, conflicts, merges }: CompactionResult): void {
    metrics.addMetric(STANDINGS_METRICS.rankLogItems, MetricUnit.Count, found);
    metrics.addMetric(STANDINGS_METRICS.rankLogAge, MetricUnit.Milliseconds, ageMs);
    metrics.addMetric(STANDINGS_METRICS.rankCompactions, MetricUnit.Count, 1);
    if (conflicts > 0) {
      metrics.addMetric(STANDINGS_METRICS.rankCompactionConflicts, MetricUnit.Count, conflicts);
    }
    if (merges > 0) metrics.addMetric(STANDINGS_METRICS.rankMerges, MetricUnit.Count, merges);
  }
}

/** Partitions of the boards that changed some minutes ago and not since. */
async function quietPartitions({
  boards,
  catalog,
  now,
}: CompactorHandlerOptions): Promise<string[]> {
  const boardWindows = await quietBoardWindows(boards, now());
  if (boardWindows.length === 0) return [];
  const folded = await catalog();
  return boardWindows.flatMap((boardWindow) =>
    folded.boardsOf(boardWindow).map(({ id, hash }) => ranksPartition(id, hash)),
  );
}
