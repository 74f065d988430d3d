import type { CompletedUpdate } from './complete-update.ts';
import type { LeaderboardError } from './errors.ts';
import type { SentUpdate } from './types.ts';

/**
 * Where an update is between its call and its result: `waiting` for space in the buffer, `queued` behind others of its player
 * or until its request is sent, `in-flight`, in `backoff` before a retry, or `settled`.
 */
export type PendingState = 'waiting' | 'queued' | 'in-flight' | 'backoff' | 'settled';

/** One unsettled update, and the promise of its call. */
export class PendingUpdate {
  /** As it was last sent, or will be sent first. */
  completed: CompletedUpdate;
  readonly signal: AbortSignal | undefined;
  readonly bytes: number;
  readonly result: Promise<SentUpdate>;
  state: PendingState = 'waiting';
  /** Requests that SQS may have received; `failures` also counts attempts that failed before a request. */
  attempts = 0;
  failures = 0;
  /** An attempt ended without a clear response, so the queue may have the update. */
  mayBeAccepted = false;
  /** When the linger time ends, on the monotonic clock. */
  lingerUntil = 0;
  /** Until when an attempt may start, on the monotonic clock. */
  expiresAt = 0;
  #resolve!: (sent: SentUpdate) => void;
  #reject!: (error: LeaderboardError) => void;

  constructor(completed: CompletedUpdate, signal: AbortSignal | undefined) {
    this.completed = completed;
    this.signal = signal;
    this.bytes = Buffer.byteLength(completed.body, 'utf8');
    this.result = new Promise<SentUpdate>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Settles with the result, and never rejects. */
  async settled(): Promise<void> {
    await this.result.catch(() => undefined);
  }

  accept(message_id: string, sequence_number: string): void {
    this.state = 'settled';
    this.#resolve({ update: this.completed.update, message_id, sequence_number });
  }

  fail(error: LeaderboardError): void {
    this.state = 'settled';
    this.#reject(error);
  }
}
