import type { HandledEvents, Reservation } from '../consumer/handle-once.ts';

/** A memory for one process; reservations lapse when the test says so. */
export class InMemoryHandledEvents implements HandledEvents {
  readonly #states = new Map<string, 'reserved' | 'handled'>();

  reserve(eventId: string): Promise<Reservation | 'handled' | 'busy'> {
    const state = this.#states.get(eventId);
    if (state === 'handled') return Promise.resolve('handled');
    if (state === 'reserved') return Promise.resolve('busy');
    this.#states.set(eventId, 'reserved');
    return Promise.resolve({ lapsesAtMs: Infinity });
  }

  confirm(eventId: string): Promise<void> {
    this.#states.set(eventId, 'handled');
    return Promise.resolve();
  }

  release(eventId: string): Promise<void> {
    this.#states.delete(eventId);
    return Promise.resolve();
  }
}
