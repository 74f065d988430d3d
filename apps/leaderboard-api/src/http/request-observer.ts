import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { Freshness } from '../reads/freshness.ts';
import { METRIC_NAMES, type MetricName } from '../metric-names.ts';
import type { ReadMeter } from '../reads/read-meter.ts';
import type { RouteName } from '../routes/route-table.ts';

export interface ApiObserverOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly meter: ReadMeter;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Metrics and one structured log line for each request. The line has the route and not the path, which names a player.
 * A function instance answers one request at a time, so what is noted in between belongs to it.
 */
export class ApiObserver {
  readonly #options: ApiObserverOptions;
  #route: RouteName | undefined;

  constructor(options: ApiObserverOptions) {
    this.#options = options;
  }

  /** @returns to be called with the status of the answer */
  requestStarted(context: Context): (status: number) => void {
    const { logger, metrics, meter, now } = this.#options;
    const startedAt = now();
    this.#route = undefined;
    meter.take();
    logger.addContext(context);
    return (status) => {
      const durationMs = now() - startedAt;
      const readUnits = meter.take();
      this.#count(METRIC_NAMES.requests);
      if (status >= 400) this.#count(status < 500 ? METRIC_NAMES.refused : METRIC_NAMES.failed);
      metrics.addMetric(METRIC_NAMES.latency, MetricUnit.Milliseconds, durationMs);
      metrics.addMetric(METRIC_NAMES.readUnits, MetricUnit.Count, readUnits);
      metrics.publishStoredMetrics();
      logger.info('Request answered', {
        route: this.#route ?? 'none',
        status,
        duration_ms: durationMs,
        read_units: readUnits,
      });
    };
  }

  routeFound(route: RouteName): void {
    this.#route = route;
  }

  liveRead({ lag_ms, exact }: Freshness): void {
    this.#options.metrics.addMetric(METRIC_NAMES.lag, MetricUnit.Milliseconds, lag_ms);
    if (!exact) this.#count(METRIC_NAMES.inexact);
  }

  readFailed(error: Error): void {
    this.#options.logger.error('A read failed', { route: this.#route ?? 'none', error });
  }

  freshnessUnreadable(what: string, error: unknown): void {
    this.#options.logger.warn(`Could not read ${what}: reads are not exact meanwhile`, {
      error: error instanceof Error ? error : new Error(String(error)),
    });
  }

  #count(name: MetricName): void {
    this.#options.metrics.addMetric(name, MetricUnit.Count, 1);
  }
}
