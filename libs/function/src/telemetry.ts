import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { TelemetryNames } from './environment/environment-reader.ts';
import { withSourceLines } from './source-lines.ts';

/** Structured logs and embedded metrics of one function. Logs carry ids, never a body or a secret. */
export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The level of the logs is that of `POWERTOOLS_LOG_LEVEL`. The logger would take Lambda's filter for it, which lets everything
 * pass because embedded metrics have no level.
 *
 * @example
 * const telemetry = createTelemetry(config);
 */
export function createTelemetry({ serviceName, metricsNamespace }: TelemetryNames): Telemetry {
  delete process.env['AWS_LAMBDA_LOG_LEVEL'];
  return {
    logger: new Logger({ serviceName, jsonReplacerFn: withSourceLinesInStack }),
    metrics: new Metrics({ serviceName, namespace: metricsNamespace }),
  };
}

/** The stack trace of a logged error names the lines of the sources. */
function withSourceLinesInStack(key: string, value: unknown): unknown {
  return key === 'stack' && typeof value === 'string' ? withSourceLines(value) : value;
}

/** Runs one invocation: its logs name the request, and its metrics, if any, are published whether it succeeds or throws. */
export async function duringInvocation<Result>(
  { logger, metrics }: Telemetry,
  context: Context,
  run: () => Promise<Result>,
): Promise<Result> {
  logger.addContext(context);
  try {
    return await run();
  } catch (error) {
    // Lambda prints the stack trace itself.
    if (error instanceof Error && error.stack) error.stack = withSourceLines(error.stack);
    throw error;
  } finally {
    // Powertools logs a warning where there is nothing to publish.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}

/** What was thrown, as the error that a log entry takes. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
