import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/**
 * Powertools metrics that keep what a function would print for CloudWatch.
 *
 * @example
 * const metrics = new CapturedMetrics();
 * await createHandler({ metrics })(event, context);
 * expect(metrics.total(METRIC_NAMES.updateSuccess)).toBe(3);
 */
export class CapturedMetrics<Name extends string = string> extends Metrics {
  /** One embedded-metric document for each publication, oldest first. A publication without metrics makes none. */
  readonly published: Record<string, unknown>[] = [];

  constructor() {
    super({ namespace: 'Test', serviceName: 'test' });
  }

  override publishStoredMetrics(): this {
    if (this.hasStoredMetrics()) this.published.push({ ...this.serializeMetrics() });
    this.clearMetrics();
    this.clearDimensions();
    this.clearMetadata();
    return this;
  }

  /** Sum of a metric over everything published; 0 for one that never was. */
  total(name: Name): number {
    return this.published
      .flatMap((document) => document[name] ?? [])
      .reduce<number>((sum, value) => sum + Number(value), 0);
  }

  /** Sum of a metric since the last call, which forgets every document published until now. */
  take(name: Name): number {
    const total = this.total(name);
    this.published.length = 0;
    return total;
  }
}

/** A Powertools logger that keeps its entries and prints none. */
export class CapturedLogger extends Logger {
  /** The attributes of each entry as they would be printed, oldest first: `level`, `message` and what the caller added. */
  readonly entries: Record<string, unknown>[] = [];

  constructor() {
    super({ serviceName: 'test', logLevel: 'DEBUG' });
  }

  protected override printLog(_level: number, log: { getAttributes(): object }): void {
    this.entries.push(
      JSON.parse(JSON.stringify(log.getAttributes(), this.getJsonReplacer())) as Record<
        string,
        unknown
      >,
    );
  }

  /** The messages of all entries, oldest first. */
  get messages(): unknown[] {
    return this.entries.map(({ message }) => message);
  }

  /** Everything logged, one JSON document a line: for asserting what must never be logged. */
  get text(): string {
    return this.entries.map((entry) => JSON.stringify(entry)).join('\n');
  }
}
