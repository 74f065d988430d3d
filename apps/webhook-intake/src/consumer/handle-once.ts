/** One delivery's hold on an event; a later delivery's is another. */
export interface Reservation {
  /** Milliseconds since 1970; from then on another delivery may take the event. */
  readonly lapsesAtMs: number;
}

/** A memory of handled events that all instances of a consumer share, for example a DynamoDB table. */
export interface HandledEvents {
  /**
   * Reserves an event for this delivery, atomically: a reservation if nobody has handled or reserved it, `handled`, or
   * `busy` while another delivery holds it. A reservation lapses after the queue's visibility timeout.
   */
  reserve(eventId: string): Promise<Reservation | 'handled' | 'busy'>;
  /** Turns the reservation into `handled`, for longer than the queue keeps messages. */
  confirm(eventId: string): Promise<void>;
  /** Gives a reservation back after a failure. Rejects when it lapsed and the event is another delivery's by now. */
  release(eventId: string, reservation: Reservation): Promise<void>;
}

/** Another delivery of the same event is under way. Leave the message in the queue: it comes again. */
export class EventBusyError extends Error {
  override readonly name = 'EventBusyError';
  readonly code = 'EVENT_BUSY';

  constructor(eventId: string) {
    super(`Event ${eventId} is being handled by another delivery. Leave the message in the queue.`);
  }
}

/**
 * Runs `handle` for the first delivery of an event and drops the others, for a consumer of an at-least-once queue.
 *
 * A crash between `handle` and `confirm` makes the event come again: where that must have no effect either, write the
 * effect and the confirmation in one transaction.
 *
 * @param eventId the message attribute `event_id`
 * @returns whether this delivery was the one that was handled
 * @throws EventBusyError, or the error of `handle`; do not delete the message then
 * @example
 * await handleOnce(record.messageAttributes['event_id'].stringValue, handledEvents, () => settle(JSON.parse(record.body)));
 */
export async function handleOnce(
  eventId: string,
  events: HandledEvents,
  handle: () => Promise<void>,
): Promise<boolean> {
  const reservation = await events.reserve(eventId);
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
