import { EnvironmentReader, type Environment } from '@leaderboard/function';
import {
  BoardDefinitionsError,
  parseBoardDefinitions,
  type BoardDefinitions,
} from '@leaderboard/ranking';

const SECONDS_PER_DAY = 86_400;

/** A snapshot is one item: 1,000 entries of the longest ids take about 300 KB of its 400 KB. */
const MAX_SNAPSHOT_SIZE = 1_000;
const MAX_SNAPSHOT_TTL_DAYS = 3_650;

interface FunctionConfig {
  readonly standingsTableName: string;
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
}

/** Everything the snapshotter reads from its environment. */
export interface SnapshotterConfig extends FunctionConfig {
  readonly snapshotsTableName: string;
  /** Entries of a snapshot at most (1–1,000). */
  readonly snapshotSize: number;
  /** How long a dated snapshot is kept, in seconds. */
  readonly snapshotTtlSeconds: number;
}

/**
 * Reads and checks the projector's environment. There are no default names: a function that is wired wrongly must not
 * start.
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
    ledgerTableName: reader.text(
      'LEDGER_TABLE_NAME',
      'the name of the ledger table, leaderboard-data-…',
    ),
    queueUrl: reader.fifoQueueUrl(
      'QUEUE_URL',
      'the https URL of the standings queue, which ends in .fifo',
    ),
    deadLetterQueueUrl: reader.fifoQueueUrl(
      'DLQ_URL',
      'the https URL of the dead-letter queue of the standings, which ends in .fifo',
    ),
  };
}

/** {@link readProjectorConfig} for the snapshotter. */
export function readSnapshotterConfig(environment: Environment): SnapshotterConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ...readFunctionConfig(reader, 'standings-snapshotter'),
    snapshotsTableName: reader.text(
      'SNAPSHOTS_TABLE_NAME',
      'the name of the snapshots table, leaderboard-snapshots-…',
    ),
    snapshotSize: reader.positiveIntegerUpTo(
      MAX_SNAPSHOT_SIZE,
      'SNAPSHOT_SIZE',
      'the entries of a snapshot, for example 100',
    ),
    snapshotTtlSeconds:
      reader.positiveIntegerUpTo(
        MAX_SNAPSHOT_TTL_DAYS,
        'SNAPSHOT_TTL_DAYS',
        'the days a dated snapshot is kept, for example 30',
      ) * SECONDS_PER_DAY,
  };
}

function readFunctionConfig(reader: EnvironmentReader, service: string): FunctionConfig {
  return {
    standingsTableName: reader.text(
      'STANDINGS_TABLE_NAME',
      'the name of the standings table, standings-…',
    ),
    boards: readBoards(reader),
    ...reader.telemetryNames(`the service name, ${service}`),
  };
}

function readBoards(reader: EnvironmentReader): BoardDefinitions {
  return reader.parsed(
    'BOARD_DEFINITIONS',
    'the JSON of the board definitions (the content of libs/ranking/boards.json)',
    (value, unusable) => {
      let json: unknown;
      try {
        json = JSON.parse(value);
      } catch (error) {
        throw unusable(`is not JSON: ${(error as Error).message}`);
      }
      try {
        return parseBoardDefinitions(json);
      } catch (error) {
        if (!(error instanceof BoardDefinitionsError)) throw error;
        throw unusable(`is not usable. ${error.message}\n`);
      }
    },
  );
}
