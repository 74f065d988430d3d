import { occurredAtLimits, type OccurredAtLimits } from '@leaderboard/contracts';
import { EnvironmentReader, type Environment } from '@leaderboard/function';
import type { BoardDefinition } from '@leaderboard/ranking';

/** Everything the processor reads from its environment. */
export interface ProcessorConfig {
  readonly ledgerTableName: string;
  readonly processedEventsTableName: string;
  readonly deadLetterQueueUrl: string;
  /** Receives after which SQS itself would move a message to the dead-letter queue (the redrive policy's maxReceiveCount). */
  readonly maxReceiveCount: number;
  /** How long an event id is remembered, in seconds. */
  readonly markerTtlSeconds: number;
  readonly occurredAtLimits: OccurredAtLimits;
  /** The boards whose score bounds an update has to keep. */
  readonly boards: readonly BoardDefinition[];
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

/**
 * Reads and checks the processor's environment. There are no default table names or URLs: a function that is configured
 * wrongly must not start.
 *
 * @throws {ConfigurationError} naming the variable and what to set it to.
 * @example
 * ```ts
 * const config = readConfig(process.env);
 * ```
 */
export function readConfig(environment: Environment): ProcessorConfig {
  const reader = new EnvironmentReader(environment);
  return {
    ledgerTableName: reader.text('DYNAMODB_TABLE_NAME', 'the name of the ledger table'),
    processedEventsTableName: reader.text(
      'PROCESSED_EVENTS_TABLE_NAME',
      'the name of the processed-events table',
    ),
    deadLetterQueueUrl: reader.fifoQueueUrl(
      'DLQ_URL',
      'the https URL of the dead-letter queue, which ends in .fifo',
    ),
    maxReceiveCount: reader.positiveInteger(
      'MAX_RECEIVE_COUNT',
      "the maxReceiveCount of the main queue's redrive policy, for example 3",
    ),
    markerTtlSeconds: reader.days(
      'MARKER_TTL_DAYS',
      'the days an event id is remembered, for example 60',
    ),
    occurredAtLimits: occurredAtLimits(
      reader.positiveInteger(
        'OCCURRED_AT_MAX_PAST_DAYS',
        'the days an update may be late, for example 35',
      ),
    ),
    boards: reader.boardDefinitions().boards,
    ...reader.telemetryNames('the service name, leaderboard-processor'),
  };
}
