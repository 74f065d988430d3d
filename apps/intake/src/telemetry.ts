import { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { METRIC_NAMES, type MetricName } from './metric-names.ts';

/** Counts and logs. Logs carry ids, never a body, a signature or a secret. */
export interface Telemetry {
  count(name: MetricName, value?: number): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** {@link Telemetry} of one function: structured logs and embedded metrics through Powertools. */
export class PowertoolsTelemetry implements Telemetry {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor(names: { serviceName: string; metricsNamespace: string }) {
    this.#logger = new Logger({ serviceName: names.serviceName });
    this.#metrics = new Metrics({
      serviceName: names.serviceName,
      namespace: names.metricsNamespace,
    });
  }

  /** Runs one invocation; its metrics are written whatever its end. */
  async during<T>(context: Context, run: () => Promise<T>): Promise<T> {
    this.#logger.addContext(context);
    try {
      return await run();
    } catch (error) {
      this.error('The invocation failed', { error });
      throw error;
    } finally {
      this.#metrics.publishStoredMetrics();
    }
  }

  count(name: MetricName, value = 1): void {
    const unit = name === METRIC_NAMES.oldestUnroutedAge ? MetricUnit.Seconds : MetricUnit.Count;
    this.#metrics.addMetric(name, unit, value);
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#logger.info(message, fields);
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.#logger.warn(message, fields);
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.#logger.error(message, fields);
  }
}
