import type { TransactionType } from '@leaderboard/contracts';
import type { MarkOutcome, RoutedMarks } from '../events/event-store.ts';
import { readAcceptedBody, type CheckedEvent } from '../events/webhook-body.ts';
import { METRIC_NAMES } from '../metric-names.ts';
import type { Telemetry } from '../telemetry.ts';
import { InvalidRouterPayloadError } from './router-payload.ts';

/** The queues, one per type. Rejects when the queue did not confirm the event. */
export interface EventQueues {
  send(transactionType: TransactionType, eventId: string, body: string): Promise<void>;
}

export interface RouteDependencies {
  readonly queues: EventQueues;
  readonly marks: RoutedMarks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly telemetry: Telemetry;
}

/**
 * Sends an event to the queue of its type, then marks it as routed: at least once, because a crash between the two is
 * repaired by sending again. Safe to call any number of times.
 *
 * @param payload a {@link RouterPayload}; checked again, because the body alone decides the queue
 * @throws InvalidRouterPayloadError, or the error of the queue or the table; the caller tries again
 */
export async function routeEvent(
  payload: unknown,
  { queues, marks, now, telemetry }: RouteDependencies,
): Promise<MarkOutcome> {
  const { event, body, bodyHash } = checkPayload(payload);
  const { event_id, transaction_type } = event;
  await queues.send(transaction_type, event_id, body);
  const outcome = await marks.markRouted(event_id, bodyHash, now());
  telemetry.count(COUNTED_AS[outcome]);
  if (outcome === 'unknown') {
    telemetry.error('An event was routed that is not in the table with this body', { event_id });
  } else {
    telemetry.info('Event routed', { event_id, transaction_type, outcome });
  }
  return outcome;
}

const COUNTED_AS = {
  routed: METRIC_NAMES.eventRouted,
  'routed-before': METRIC_NAMES.eventRoutedAgain,
  unknown: METRIC_NAMES.unknownEventRouted,
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
    throw new InvalidRouterPayloadError('names another event_id than its body');
  }
  return read.checked;
}
