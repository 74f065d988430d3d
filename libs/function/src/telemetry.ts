import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { TelemetryNames } from './environment/environment-reader.ts';

/** Structured logs and embedded metrics of one function. Logs carry ids, never a body or a secret. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * @example
 * const telemetry = createTelemetry(config);
 */
export function createTelemetry({ serviceName, metricsNamespace }: TelemetryNames): Telemetry {
  return {
    logger: new Logger({ serviceName }),
    metrics: new Metrics({ serviceName, namespace: metricsNamespace }),
  };
}

/** Runs one invocation: its logs name the request, and its metrics are published whether it succeeds or throws. */
export async function duringInvocation<Result>(
  { logger, metrics }: Telemetry,
  context: Context,
  run: () => Promise<Result>,
): Promise<Result> {
  logger.addContext(context);
  try {
    return await run();
  } finally {
    metrics.publishStoredMetrics();
  }
}

/** What was thrown, as the error that a log entry takes. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
