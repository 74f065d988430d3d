import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { API_METRICS, type ApiMetric } from '@leaderboard/contracts/metrics';
import { asError, type Telemetry } from '@leaderboard/function';
import type { Context } from 'aws-lambda';

export interface RequestObserverOptions extends Telemetry {
  /** The read units consumed since the last call. */
  readonly takeReadUnits: () => number;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Metrics and one structured log line for each request. The line names the route, not the path, which contains a player
 * id. A function instance handles one request at a time, so whatever is reported in between belongs to it.
 */
export class RequestObserver {
  readonly #options: RequestObserverOptions;
  #route: string | undefined;

  constructor(options: RequestObserverOptions) {
    this.#options = options;
  }

  /** @returns a function to call with the status of the response */
  requestStarted(context: Context): (status: number) => void {
    const { logger, metrics, takeReadUnits, now } = this.#options;
    const startedAt = now();
    this.#route = undefined;
    takeReadUnits();
    logger.addContext(context);
    return (status) => {
      const durationMs = now() - startedAt;
      const readUnits = takeReadUnits();
      this.#count(API_METRICS.requests);
      if (status >= 400) this.#count(status < 500 ? API_METRICS.refused : API_METRICS.failed);
      metrics.addMetric(API_METRICS.latency, MetricUnit.Milliseconds, durationMs);
      metrics.addMetric(API_METRICS.readUnits, MetricUnit.Count, readUnits);
      metrics.publishStoredMetrics();
      logger.info('Request handled', {
        route: this.#route ?? 'none',
        status,
        duration_ms: durationMs,
        read_units: readUnits,
      });
    };
  }

  routeFound(route: string): void {
    this.#route = route;
  }

  liveRead({ lagMs, isExact }: { readonly lagMs: number; readonly isExact: boolean }): void {
    this.#options.metrics.addMetric(API_METRICS.lag, MetricUnit.Milliseconds, lagMs);
    if (!isExact) this.#count(API_METRICS.inexact);
  }

  readFailed(error: Error): void {
    this.#options.logger.error('A read failed', { route: this.#route ?? 'none', error });
  }

  freshnessUnreadable(what: string, error: unknown): void {
    this.#options.logger.warn(`Could not read ${what}: reads are not exact until it can be read`, {
      error: asError(error),
    });
  }

  #count(name: ApiMetric): void {
    this.#options.metrics.addMetric(name, MetricUnit.Count, 1);
  }
}
