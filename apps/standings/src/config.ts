import { EnvironmentReader, type Environment } from '@leaderboard/function';
import type { BoardDefinitions } from '@leaderboard/ranking';

/**
 * Attempts of a request to DynamoDB, the first one included. The SDK may repeat a request whose response was lost: a
 * conditional write that had succeeded then fails its condition, the player is read again, and nothing is left to write.
 */
export const REQUEST_ATTEMPTS = 4;

/** A snapshot is one item: 1,000 entries of the longest ids take about 300 KB of its 400 KB. */
const MAX_SNAPSHOT_SIZE = 1_000;
const MAX_SNAPSHOT_TTL_DAYS = 3_650;

interface FunctionConfig {
  readonly standingsTableName: string;
  readonly ranksTableName: string;
  readonly boards: BoardDefinitions;
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

/** Everything the projector reads from its environment. */
export interface ProjectorConfig extends FunctionConfig {
  readonly ledgerTableName: string;
  /** The queue that the function is mapped to. */
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** The function that merges the logs of boards. */
  readonly compactorFunctionName: string;
}

/** Everything the auditor reads from its environment. */
export interface AuditorConfig extends FunctionConfig {
  readonly ledgerTableName: string;
  readonly processedEventsTableName: string;
  /** The dead-letter queue of the pipe from the ledger to the standings queue. */
  readonly pipeDeadLetterQueueUrl: string;
}

/** Everything the compactor reads from its environment. */
export interface CompactorConfig extends FunctionConfig {
  /** The bucket of the runs. */
  readonly runsBucketName: string;
}

/** Everything the snapshotter reads from its environment. */
export interface SnapshotterConfig extends CompactorConfig {
  readonly snapshotsTableName: string;
  /** Entries of a snapshot at most (1–1,000). */
  readonly snapshotSize: number;
  /** How long a dated snapshot is kept, in seconds. */
  readonly snapshotTtlSeconds: number;
}

/**
 * Reads and checks the projector's environment. There are no default names: a function that is configured
 * wrongly must not start.
 *
 * @throws {ConfigurationError} naming the variable and what to set it to.
 * @example
 * ```ts
 * const config = readProjectorConfig(process.env);
 * ```
 */
export function readProjectorConfig(environment: Environment): ProjectorConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ...readFunctionConfig(reader, 'standings-projector'),
    ledgerTableName: readLedgerTableName(reader),
    queueUrl: reader.fifoQueueUrl(
      'QUEUE_URL',
      'the https URL of the standings queue, which ends in .fifo',
    ),
    deadLetterQueueUrl: reader.fifoQueueUrl(
      'DLQ_URL',
      'the https URL of the dead-letter queue of the standings, which ends in .fifo',
    ),
    compactorFunctionName: reader.text(
      'RANK_COMPACTOR_FUNCTION_NAME',
      'the name of the function rank-compactor-…',
    ),
  };
}

/** {@link readProjectorConfig} for the auditor. */
export function readAuditorConfig(environment: Environment): AuditorConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ...readFunctionConfig(reader, 'standings-auditor'),
    ledgerTableName: readLedgerTableName(reader),
    processedEventsTableName: reader.text(
      'PROCESSED_EVENTS_TABLE_NAME',
      'the name of the table of heads and markers, processed-events-…',
    ),
    pipeDeadLetterQueueUrl: reader.url(
      'PIPE_DLQ_URL',
      'the https URL of the dead-letter queue of the pipe, ledger-to-standings-dlq-…',
    ),
  };
}

/** {@link readProjectorConfig} for the compactor. */
export function readCompactorConfig(environment: Environment): CompactorConfig {
  const reader = new EnvironmentReader(environment);
  return { ...readFunctionConfig(reader, 'rank-compactor'), ...readRunsBucket(reader) };
}

/** {@link readProjectorConfig} for the snapshotter. */
export function readSnapshotterConfig(environment: Environment): SnapshotterConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ...readFunctionConfig(reader, 'standings-snapshotter'),
    ...readRunsBucket(reader),
    snapshotsTableName: reader.text(
      'SNAPSHOTS_TABLE_NAME',
      'the name of the snapshots table, leaderboard-snapshots-…',
    ),
    snapshotSize: reader.positiveIntegerUpTo(
      MAX_SNAPSHOT_SIZE,
      'SNAPSHOT_SIZE',
      'the entries of a snapshot, for example 100',
    ),
    snapshotTtlSeconds: reader.days(
      'SNAPSHOT_TTL_DAYS',
      'the days a dated snapshot is kept, for example 30',
      MAX_SNAPSHOT_TTL_DAYS,
    ),
  };
}

function readLedgerTableName(reader: EnvironmentReader): string {
  return reader.text('LEDGER_TABLE_NAME', 'the name of the ledger table, leaderboard-data-…');
}

function readRunsBucket(reader: EnvironmentReader): Pick<CompactorConfig, 'runsBucketName'> {
  return {
    runsBucketName: reader.text(
      'RANK_RUNS_BUCKET_NAME',
      'the name of the bucket of the runs, rank-runs-…',
    ),
  };
}

function readFunctionConfig(reader: EnvironmentReader, service: string): FunctionConfig {
  return {
    standingsTableName: reader.text(
      'STANDINGS_TABLE_NAME',
      'the name of the standings table, standings-…',
    ),
    ranksTableName: reader.text(
      'RANKS_TABLE_NAME',
      'the name of the table of ranks, leaderboard-ranks-…',
    ),
    boards: reader.boardDefinitions(),
    ...reader.telemetryNames(`the service name, ${service}`),
  };
}
