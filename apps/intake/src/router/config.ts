import { EnvironmentReader, type Environment } from '@leaderboard/function';
import type { QueueUrls } from './event-queues.ts';

const SECONDS_PER_DAY = 86_400;

export interface RouterConfig {
  readonly tableName: string;
  readonly queueUrls: QueueUrls;
  /** How long a routed event is kept, in seconds. */
  readonly eventTtlSeconds: number;
  readonly serviceName: string;
  readonly metricsNamespace: string;
}

/** @throws {ConfigurationError} */
export function readRouterConfig(environment: Environment): RouterConfig {
  const reader = new EnvironmentReader(environment);
  return {
    tableName: reader.text('DYNAMODB_TABLE', 'the name of the transaction-events table'),
    queueUrls: {
      payment: reader.queueUrl('PAYMENTS_QUEUE_URL', 'the URL of the payments queue'),
      refund: reader.queueUrl('REFUNDS_QUEUE_URL', 'the URL of the refunds queue'),
      dispute: reader.queueUrl('DISPUTES_QUEUE_URL', 'the URL of the disputes queue'),
    },
    eventTtlSeconds:
      reader.positiveInteger('EVENT_TTL_DAYS', 'the days a routed event is kept, for example 30') *
      SECONDS_PER_DAY,
    ...reader.telemetryNames('the service name, for example event-router'),
  };
}
