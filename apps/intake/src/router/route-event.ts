import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';
import type { EventStore, MarkOutcome } from '../events/event-store.ts';
import { readAcceptedBody, type CheckedEvent } from '../events/webhook-body.ts';
import type { IntakeTelemetry } from '../telemetry.ts';
import type { EventQueues } from './event-queues.ts';
import { InvalidRouterPayloadError } from './router-payload.ts';

export interface RouteDependencies {
  readonly queues: Pick<EventQueues, 'send'>;
  readonly events: Pick<EventStore, 'markRouted'>;
  /** How long a routed event is kept, in seconds. */
  readonly eventTtlSeconds: number;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly telemetry: IntakeTelemetry;
}

/**
 * Sends an event to the queue of its type, then marks it as routed. After a crash between the two the event is sent again:
 * delivery is at least once. Safe to call any number of times.
 *
 * @param payload a {@link RouterPayload}; checked again, because the body alone decides the queue
 * @throws InvalidRouterPayloadError, or the error of the queue or the table; the caller retries
 */
export async function routeEvent(
  payload: unknown,
  { queues, events, eventTtlSeconds, now, telemetry }: RouteDependencies,
): Promise<MarkOutcome> {
  const { event, body, bodyHash } = checkPayload(payload);
  const { event_id, transaction_type } = event;
  await queues.send(transaction_type, event_id, body);
  const outcome = await events.markRouted(event_id, {
    bodyHash,
    routedAtMs: now(),
    ttlSeconds: eventTtlSeconds,
  });
  telemetry.count(COUNTED_AS[outcome]);
  if (outcome === 'unknown') {
    telemetry.error('Routed an event that is not stored with this body', { event_id });
  } else {
    telemetry.info('Event routed', { event_id, transaction_type, outcome });
  }
  return outcome;
}

const COUNTED_AS = {
  routed: INTAKE_METRICS.eventRouted,
  'routed-before': INTAKE_METRICS.eventRoutedAgain,
  unknown: INTAKE_METRICS.unknownEventRouted,
} as const satisfies Record<MarkOutcome, string>;

function checkPayload(payload: unknown): CheckedEvent {
  if (typeof payload !== 'object' || payload === null) {
    throw new InvalidRouterPayloadError('is not an object');
  }
  const { event_id, body } = payload as { event_id?: unknown; body?: unknown };
  if (typeof body !== 'string') throw new InvalidRouterPayloadError('has no body');
  const read = readAcceptedBody(body);
  if (read.kind === 'not-json')
    throw new InvalidRouterPayloadError(`has an unusable body: ${read.reason}`);
  if (read.kind === 'invalid') {
    throw new InvalidRouterPayloadError(`has an invalid body: ${read.issue.message}`);
  }
  if (read.checked.event.event_id !== event_id) {
    throw new InvalidRouterPayloadError('and its body have different event_ids');
  }
  return read.checked;
}
