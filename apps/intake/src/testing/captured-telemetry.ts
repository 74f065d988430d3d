import { INTAKE_METRICS, type IntakeMetric } from '@leaderboard/contracts/metrics';
import { CapturedLogger, CapturedMetrics } from '@leaderboard/testing/telemetry';
import { IntakeTelemetry } from '../telemetry.ts';

/** The telemetry of a function, with what it counted and logged. */
export class CapturedTelemetry extends IntakeTelemetry {
  readonly #logger: CapturedLogger;
  readonly #metrics: CapturedMetrics<IntakeMetric>;

  constructor() {
    const logger = new CapturedLogger();
    const metrics = new CapturedMetrics<IntakeMetric>();
    super({ logger, metrics });
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** The sum of each metric that was counted. */
  get counts(): Partial<Record<IntakeMetric, number>> {
    this.#metrics.publishStoredMetrics();
    const counted = Object.values(INTAKE_METRICS).filter((name) =>
      this.#metrics.published.some((document) => name in document),
    );
    return Object.fromEntries(counted.map((name) => [name, this.#metrics.total(name)]));
  }

  /** Everything logged. */
  get logs(): string {
    return this.#logger.text;
  }
}
