import type { CompletedUpdate } from './complete-update.ts';
import type { LeaderboardError } from './errors.ts';
import type { SentUpdate } from './types.ts';

/**
 * Where an update is between its call and its result.
 * `waiting` for room in the buffer · `queued` behind others of its player, or for company · `wire` · `pause` before a repeat.
 */
export type PendingState = 'waiting' | 'queued' | 'wire' | 'pause' | 'settled';

/** One update on its way, and the promise of its call. */
export class PendingUpdate {
  /** As it was last sent, or will be sent first. */
  completed: CompletedUpdate;
  readonly signal: AbortSignal | undefined;
  readonly bytes: number;
  readonly result: Promise<SentUpdate>;
  /** Settles with the result, and never rejects. */
  readonly settled: Promise<void>;
  state: PendingState = 'waiting';
  /** Requests that SQS may have seen; tries that ended before one are counted in `failures` only. */
  attempts = 0;
  failures = 0;
  /** An attempt ended without a clear answer, so the queue may have it. */
  mayBeAccepted = false;
  /** When it may leave without company, and when its last attempt may start, on the monotonic clock. */
  leaveAt = 0;
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
    this.settled = this.result.then(
      () => undefined,
      () => undefined,
    );
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
