import type { HandledEvents } from './handled-events.ts';

/** Another delivery of the same event is being handled. Leave the message in the queue: it is received again. */
export class EventBusyError extends Error {
  override readonly name = 'EventBusyError';
  readonly code = 'EventBusy';

  constructor(eventId: string) {
    super(`Event ${eventId} is being handled by another delivery. Leave the message in the queue.`);
  }
}

/** One receive of an event. */
export interface Delivery {
  /** The message attribute `event_id`. */
  readonly eventId: string;
  /**
   * When this delivery has stopped working, in milliseconds since 1970. It must lie before the message becomes visible
   * again, or the next receive finds the event busy and is wasted: in Lambda the end of the invocation
   * (the function's timeout is shorter than the queue's visibility timeout); in your own poller the time of the
   * receive plus the visibility timeout, less a margin for the clocks of your hosts.
   */
  readonly deadlineMs: number;
}

/**
 * Runs `handle` for the first delivery of an event and drops the others, for a consumer of an at-least-once queue. A
 * delivery that crashes in `handle` holds the event until its deadline; the next receive handles it.
 *
 * A crash between `handle` and the confirmation causes another delivery: where that must have no effect either, write
 * the effect and the confirmation in one transaction.
 *
 * @returns whether this delivery handled the event; false if another one did before
 * @throws EventBusyError, RangeError if the deadline has passed, or the error of `handle`; do not delete the message then
 * @example
 * const deadlineMs = Date.now() + context.getRemainingTimeInMillis();
 * await handleOnce({ eventId, deadlineMs }, handledEvents, () => settle(JSON.parse(record.body)));
 */
export async function handleOnce(
  { eventId, deadlineMs }: Delivery,
  events: Pick<HandledEvents, 'reserve' | 'confirm' | 'release'>,
  handle: () => Promise<void>,
): Promise<boolean> {
  const reservation = await events.reserve(eventId, deadlineMs);
  if (reservation === 'handled') return false;
  if (reservation === 'busy') throw new EventBusyError(eventId);
  try {
    await handle();
  } catch (error) {
    // If this fails, the reservation lapses; the reason for the retry is the error of `handle`.
    await events.release(eventId, reservation).catch(() => undefined);
    throw error;
  }
  await events.confirm(eventId);
  return true;
}
