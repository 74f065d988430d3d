import {
  UNROUTED_PARTITIONS,
  type UnroutedCursor,
  type UnroutedEvents,
} from '../events/event-store.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import { routeEvent, type RouteDependencies } from '../router/route-event.ts';
import { InvalidRouterPayloadError } from '../router/router-payload.ts';

/** Events per query; also how many a queue that is down may cost before its partition is left for the next sweep. */
const PAGE_SIZE = 25;

/** Kept back of the function's time, in ms, for the event under way and the answer: three attempts of 3 s and some. */
const RESERVE_MS = 12_000;

export interface SweepDependencies extends RouteDependencies {
  readonly events: UnroutedEvents;
  /** Younger events are left to the router and its retries, in ms. */
  readonly minAgeMs: number;
  /** Time that remains of the invocation, in ms. */
  readonly remainingMs: () => number;
}

export interface SweepReport {
  readonly routed: number;
  readonly failed: number;
}

/**
 * Brings every event that is still owed to its queue there. Reads the sparse index only, so the cost follows the events
 * that wait, not the table: one query per partition when there are none. What it does not get to, the next sweep does.
 *
 * @throws AggregateError when a partition could not be read; the others are swept all the same
 */
export async function sweep(dependencies: SweepDependencies): Promise<SweepReport> {
  const { now, minAgeMs, telemetry } = dependencies;
  const startMs = now();
  const receivedBefore = new Date(startMs - minAgeMs).toISOString();
  const results = await Promise.allSettled(
    UNROUTED_PARTITIONS.map((partition) => sweepPartition(partition, receivedBefore, dependencies)),
  );
  const done = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const report = {
    routed: done.reduce((sum, { routed }) => sum + routed, 0),
    failed: done.reduce((sum, { failed }) => sum + failed, 0),
  };
  const oldestMs = Math.min(
    startMs,
    ...done.map(({ oldest }) => Date.parse(oldest ?? new Date(startMs).toISOString())),
  );
  telemetry.count(METRIC_NAMES.oldestUnroutedAge, Math.floor((startMs - oldestMs) / 1000));
  telemetry.count(METRIC_NAMES.sweepRouted, report.routed);
  telemetry.count(METRIC_NAMES.sweepFailed, report.failed);
  telemetry.info('Sweep finished', { ...report, received_before: receivedBefore });

  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (errors.length > 0) {
    throw new AggregateError(
      errors,
      `${errors.length} of ${UNROUTED_PARTITIONS.length} partitions of the unrouted index could not be read`,
    );
  }
  return report;
}

interface PartitionReport extends SweepReport {
  /** When the oldest event that waited was received. */
  readonly oldest: string | undefined;
}

async function sweepPartition(
  partition: string,
  receivedBefore: string,
  dependencies: SweepDependencies,
): Promise<PartitionReport> {
  let routed = 0;
  let failed = 0;
  let oldest: string | undefined;
  let cursor: UnroutedCursor | undefined;
  do {
    const page = await dependencies.events.findUnrouted(
      partition,
      receivedBefore,
      PAGE_SIZE,
      cursor,
    );
    oldest ??= page.events[0]?.receivedAt;
    let failedOfPage = 0;
    for (const { eventId } of page.events) {
      if (dependencies.remainingMs() < RESERVE_MS)
        return { routed, failed: failed + failedOfPage, oldest };
      const result = await routeAgain(eventId, dependencies);
      if (result === 'routed') routed += 1;
      if (result === 'failed') failedOfPage += 1;
      // Says nothing of the queue: the events behind it are not left for the next sweep, which would meet it again.
      if (result === 'unroutable') failed += 1;
    }
    failed += failedOfPage;
    if (failedOfPage > 0 && failedOfPage === page.events.length) break;
    cursor = page.next;
  } while (cursor !== undefined);
  return { routed, failed, oldest };
}

/**
 * `gone`: the index lags behind the table by a moment, and the event is routed by now. `unroutable`: the contract of today
 * refuses what that of yesterday accepted.
 */
async function routeAgain(
  eventId: string,
  dependencies: SweepDependencies,
): Promise<'routed' | 'failed' | 'gone' | 'unroutable'> {
  try {
    const body = await dependencies.events.readUnrouted(eventId);
    if (body === undefined) return 'gone';
    await routeEvent({ event_id: eventId, body }, dependencies);
    return 'routed';
  } catch (error) {
    dependencies.telemetry.error('The event cannot be routed', { event_id: eventId, error });
    return error instanceof InvalidRouterPayloadError ? 'unroutable' : 'failed';
  }
}
