import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';
import { UNROUTED_PARTITIONS } from '@leaderboard/tables';
import type { EventStore, UnroutedPage } from '../events/event-store.ts';
import { routeEvent, type RouteDependencies } from '../router/route-event.ts';
import { InvalidRouterPayloadError } from '../router/router-payload.ts';

/** Events per query. When all of a page fail, the rest of the partition waits for the next sweep. */
const PAGE_SIZE = 25;

/** Time kept for the current event and the response, in ms: three attempts of 3 s, and a margin. */
const RESERVE_MS = 12_000;

export interface SweepDependencies extends RouteDependencies {
  readonly events: Pick<EventStore, 'findUnrouted' | 'readUnrouted' | 'markRouted'>;
  /** The sweep leaves younger events to the router and its retries, in ms. */
  readonly minAgeMs: number;
  /** What remains of the invocation, in ms. */
  readonly remainingMs: () => number;
}

export interface SweepReport {
  readonly routed: number;
  readonly failed: number;
}

/**
 * Sends every event not yet routed to its queue. Reads only the sparse index, so that the cost depends on the events that
 * wait, not on the table: one query per partition when there are none. The next sweep continues where time ran out.
 *
 * @throws AggregateError when a partition could not be read; the others are swept
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
  // A sweep that finds nothing, as almost all do, says nothing: CloudWatch bills a metric for each hour in which it has a value.
  if (oldestMs < startMs) {
    telemetry.count(INTAKE_METRICS.oldestUnroutedAge, Math.floor((startMs - oldestMs) / 1000));
    telemetry.count(INTAKE_METRICS.sweepRouted, report.routed);
    telemetry.count(INTAKE_METRICS.sweepFailed, report.failed);
    telemetry.info('Sweep finished', { ...report, received_before: receivedBefore });
  }

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
  /** When the oldest waiting event was received. */
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
  let next: UnroutedPage['next'];
  do {
    const page = await dependencies.events.findUnrouted({
      partition,
      receivedBefore,
      limit: PAGE_SIZE,
      from: next,
    });
    oldest ??= page.events[0]?.receivedAt;
    let failedOfPage = 0;
    for (const { eventId } of page.events) {
      if (dependencies.remainingMs() < RESERVE_MS)
        return { routed, failed: failed + failedOfPage, oldest };
      const result = await routeAgain(eventId, dependencies);
      if (result === 'routed') routed += 1;
      if (result === 'failed') failedOfPage += 1;
      // Not the queue's fault, so it does not end the partition: the next sweep would stop at the same event.
      if (result === 'unroutable') failed += 1;
    }
    failed += failedOfPage;
    if (failedOfPage > 0 && failedOfPage === page.events.length) break;
    next = page.next;
  } while (next !== undefined);
  return { routed, failed, oldest };
}

/**
 * `gone`: the index lags behind the table, and the event is already routed. `unroutable`: the current contract rejects an
 * event that an earlier one accepted.
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
    dependencies.telemetry.error('Could not route the event', { event_id: eventId, error });
    return error instanceof InvalidRouterPayloadError ? 'unroutable' : 'failed';
  }
}
