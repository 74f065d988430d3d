import { occurredAtLimits, type OccurredAtLimits } from '@leaderboard/contracts';
import { EnvironmentReader, type Environment } from '@leaderboard/function';

const SECONDS_PER_DAY = 86_400;

export interface UpdatesConfig {
  readonly queueUrl: string;
  readonly idempotencyTableName: string;
  /** How long an Idempotency-Key is remembered, in seconds. */
  readonly idempotencyTtlSeconds: number;
  /** The same as the processor's: the intake rejects exactly what the processor would dead-letter. */
  readonly occurredAtLimits: OccurredAtLimits;
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

/** @throws {ConfigurationError} */
export function readUpdatesConfig(environment: Environment): UpdatesConfig {
  const reader = new EnvironmentReader(environment);
  return {
    queueUrl: reader.queueUrl(
      'LEADERBOARD_QUEUE_URL',
      'the URL of the main queue, which ends in .fifo',
    ),
    idempotencyTableName: reader.text(
      'IDEMPOTENCY_TABLE_NAME',
      'the name of the idempotency-keys table',
    ),
    idempotencyTtlSeconds:
      reader.positiveInteger(
        'IDEMPOTENCY_TTL_DAYS',
        'the days a key is remembered, for example 61: longer than the processor remembers event ids',
      ) * SECONDS_PER_DAY,
    occurredAtLimits: occurredAtLimits(
      reader.positiveInteger(
        'OCCURRED_AT_MAX_PAST_DAYS',
        'the days an update may be late, the same as for the processor, for example 35',
      ),
    ),
    ...reader.telemetryNames('the service name, for example updates-intake'),
  };
}
