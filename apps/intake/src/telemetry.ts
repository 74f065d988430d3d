import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { INTAKE_METRICS, type IntakeMetric } from '@leaderboard/contracts/metrics';
import { duringInvocation, type Telemetry } from '@leaderboard/function';
import type { Context } from 'aws-lambda';

type Fields = Record<string, unknown>;

/** Metrics and logs of one function of the intake. Logs carry ids, never a body, a signature or a secret. */
export class IntakeTelemetry {
  readonly #telemetry: Telemetry;

  constructor(telemetry: Telemetry) {
    this.#telemetry = telemetry;
  }

  /** Runs one invocation. Its metrics are published whether it succeeds or throws; an error is logged, then rethrown. */
  during<Result>(context: Context, run: () => Promise<Result>): Promise<Result> {
    return duringInvocation(this.#telemetry, context, async () => {
      try {
        return await run();
      } catch (error) {
        this.error('The invocation failed', { error });
        throw error;
      }
    });
  }

  count(name: IntakeMetric, value = 1): void {
    const unit = name === INTAKE_METRICS.oldestUnroutedAge ? MetricUnit.Seconds : MetricUnit.Count;
    this.#telemetry.metrics.addMetric(name, unit, value);
  }

  info(message: string, fields: Fields = {}): void {
    this.#telemetry.logger.info(message, fields);
  }

  warn(message: string, fields: Fields = {}): void {
    this.#telemetry.logger.warn(message, fields);
  }

  error(message: string, fields: Fields = {}): void {
    this.#telemetry.logger.error(message, fields);
  }
}
