import { EnvironmentReader, type Environment, type TelemetryNames } from '@leaderboard/function';
import type { BoardDefinitions } from '@leaderboard/ranking';

/** Everything the read API reads from its environment. */
export interface ApiConfig extends TelemetryNames {
  readonly standingsTableName: string;
  readonly ranksTableName: string;
  readonly runsBucketName: string;
  readonly ledgerTableName: string;
  readonly snapshotsTableName: string;
  readonly standingsQueueUrl: string;
  readonly pipeDlqUrl: string;
  readonly boards: BoardDefinitions;
}

/**
 * Reads and validates the function's environment. There are no default names: a function that is configured wrongly must
 * not start.
 *
 * @throws {ConfigurationError} naming the variable and what to set it to.
 * @example
 * ```ts
 * const config = readConfig(process.env);
 * ```
 */
export function readConfig(environment: Environment): ApiConfig {
  const reader = new EnvironmentReader(environment);
  return {
    standingsTableName: reader.text('STANDINGS_TABLE_NAME', 'the name of the standings table'),
    ranksTableName: reader.text(
      'RANKS_TABLE_NAME',
      'the name of the table of ranks, leaderboard-ranks-…',
    ),
    runsBucketName: reader.text(
      'RANK_RUNS_BUCKET_NAME',
      'the name of the bucket of the runs, rank-runs-…',
    ),
    ledgerTableName: reader.text(
      'LEDGER_TABLE_NAME',
      'the name of the ledger table, leaderboard-data-…',
    ),
    snapshotsTableName: reader.text('SNAPSHOTS_TABLE_NAME', 'the name of the snapshots table'),
    standingsQueueUrl: reader.url(
      'STANDINGS_QUEUE_URL',
      'the https URL of the queue that feeds the projector',
    ),
    pipeDlqUrl: reader.url(
      'PIPE_DLQ_URL',
      'the https URL of the dead-letter queue of the pipe from the ledger to that queue',
    ),
    boards: reader.boardDefinitions(),
    ...reader.telemetryNames('the service name, leaderboard-api'),
  };
}
