import type { MetricName } from '../metric-names.ts';
import type { Telemetry } from '../telemetry.ts';

/** Keeps what would be counted and logged. */
export class CapturedTelemetry implements Telemetry {
  readonly counts: Partial<Record<MetricName, number>> = {};
  readonly logged: string[] = [];

  count(name: MetricName, value = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + value;
  }

  info(message: string, fields?: Record<string, unknown>): void {
    this.logged.push(JSON.stringify([message, fields]));
  }

  warn(message: string, fields?: Record<string, unknown>): void {
    this.info(message, fields);
  }

  error(message: string, fields?: Record<string, unknown>): void {
    this.info(message, fields);
  }
}
