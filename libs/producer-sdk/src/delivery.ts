import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { AbortWatch } from './abort-signals.ts';
import { Backoff, retryDelayMs } from './backoff.ts';
import type { CompletedUpdate } from './complete-update.ts';
import {
  LeaderboardConfigError,
  LeaderboardSendError,
  type LeaderboardError,
  type SendErrorCode,
} from './errors.ts';
import type { Failure } from './failure.ts';
import { GroupQueues, SQS_BATCH_LIMITS } from './group-queues.ts';
import type { DeliverySettings } from './options.ts';
import { PendingUpdate } from './pending-update.ts';
import type { Runtime } from './runtime.ts';
import type { EntryResult, SqsTransport } from './sqs-transport.ts';
import type { SentUpdate } from './types.ts';

/**
 * Delivers completed updates to the queue: buffers, batches and retries them. Every update settles exactly once, and the
 * updates of one player reach the queue in the order of their calls.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #transport: SqsTransport;
  readonly #runtime: Runtime;
  readonly #queues = new GroupQueues();
  /** Updates that wait for space in the buffer, in the order of their calls. */
  readonly #waiting = new Set<PendingUpdate>();
  readonly #buffered = new Set<PendingUpdate>();
  readonly #requests = new Set<AbortController>();
  readonly #backoff: Backoff;
  readonly #aborts = new AbortWatch((entries) => {
    this.#abort(entries);
  });
  /** Number of flushes in progress. During a flush nothing lingers. */
  #flushes = 0;
  /** Why the latest request failed, if its credentials were the reason. */
  #credentialsFailure: Failure | undefined;
  /** The deadline of `close` has passed: nothing is retried. */
  #closeTimedOut = false;
  #cancelLinger: (() => void) | undefined;

  constructor(settings: DeliverySettings, transport: SqsTransport, runtime: Runtime) {
    this.#settings = settings;
    this.#transport = transport;
    this.#runtime = runtime;
    this.#backoff = new Backoff(runtime, (entries) => {
      for (const entry of entries) this.#queues.resume(entry);
      this.#pump();
    });
  }

  /** Adds an update; the promise settles with the update's own result. */
  deliver(completed: CompletedUpdate, signal: AbortSignal | undefined): Promise<SentUpdate> {
    const entry = new PendingUpdate(completed, signal);
    if (signal?.aborted === true) {
      this.#fail(entry, 'Aborted', 'it was aborted before it was sent', signal.reason);
    } else if (this.#buffered.size < this.#settings.maxBuffered) {
      this.#aborts.add(entry);
      this.#admit(entry);
      if (this.#flushes > 0 || this.#queues.readyCount >= SQS_BATCH_LIMITS.entries) this.#pump();
      else this.#armLinger();
    } else if (this.#settings.whenFull === 'wait') {
      this.#aborts.add(entry);
      this.#waiting.add(entry);
    } else {
      const reason = `the buffer holds ${this.#settings.maxBuffered} updates (maxBuffered)`;
      this.#fail(entry, 'BufferFull', reason);
    }
    return entry.result;
  }

  /** Sends all pending updates without lingering; resolves when they are settled, and never rejects. */
  async flush(): Promise<void> {
    const unsettled = [...this.#buffered, ...this.#waiting].map((entry) => entry.settled());
    this.#flushes += 1;
    this.#pump();
    await Promise.all(unsettled);
    this.#flushes -= 1;
  }

  /** Flushes until `closeTimeoutMs`; then rejects unsettled updates and aborts requests in flight. */
  async close(): Promise<void> {
    const cancel = this.#runtime.schedule(() => {
      this.#timeOutClose();
    }, this.#settings.closeTimeoutMs);
    await this.flush();
    cancel();
    this.#transport.destroy();
  }

  #admit(entry: PendingUpdate): void {
    const now = this.#runtime.elapsed();
    entry.lingerUntil = now + this.#settings.lingerMs;
    entry.expiresAt = now + this.#settings.sendTimeoutMs;
    this.#buffered.add(entry);
    this.#queues.append(entry);
  }

  /** Rejects all of them before anything is sent: one may be the next of another's group. */
  #abort(entries: readonly PendingUpdate[]): void {
    for (const entry of entries) {
      if (entry.state === 'in-flight') continue;
      this.#backoff.remove(entry);
      this.#fail(entry, 'Aborted', 'it was aborted before it was sent', entry.signal?.reason);
    }
    this.#pump();
  }

  /** Sends every batch that may be sent now, then waits for the next one. */
  #pump(): void {
    for (;;) {
      const now = this.#runtime.elapsed();
      if (!this.#maySend(now)) break;
      const batch = this.#queues.takeBatch(SQS_BATCH_LIMITS);
      const inTime = batch.filter((entry) => entry.expiresAt > now);
      if (inTime.length > 0) void this.#send(inTime);
      for (const entry of batch) if (entry.expiresAt <= now) this.#expire(entry);
    }
    this.#armLinger();
  }

  #maySend(now: number): boolean {
    const { readyCount } = this.#queues;
    if (this.#requests.size >= this.#settings.maxInFlightRequests) return false;
    if (readyCount === 0) return false;
    if (this.#flushes > 0 || readyCount >= SQS_BATCH_LIMITS.entries) return true;
    return (this.#queues.earliestLingerEnd() ?? Infinity) <= now;
  }

  /** One timer, only while an update is ready and a request may start: otherwise the next response calls the pump. */
  #armLinger(): void {
    const blocked = this.#requests.size >= this.#settings.maxInFlightRequests;
    const lingerEnd = blocked ? undefined : this.#queues.earliestLingerEnd();
    if (lingerEnd === undefined) {
      this.#cancelLinger?.();
      this.#cancelLinger = undefined;
      return;
    }
    if (this.#cancelLinger !== undefined) return;
    const delay = Math.max(0, Math.ceil(lingerEnd - this.#runtime.elapsed()));
    this.#cancelLinger = this.#runtime.schedule(() => {
      this.#cancelLinger = undefined;
      this.#pump();
    }, delay);
  }

  /** Rejects an update that reached `sendTimeoutMs` in the buffer: behind others of its player, or with no request free. */
  #expire(entry: PendingUpdate): void {
    const reason = `sendTimeoutMs (${this.#settings.sendTimeoutMs} ms) passed in the buffer`;
    const blocked = this.#credentialsFailure;
    if (blocked === undefined) this.#fail(entry, 'RetriesExhausted', reason);
    else this.#fail(entry, blocked.exhausted, `${blocked.reason}; ${reason}`, blocked.cause);
  }

  async #send(batch: readonly PendingUpdate[]): Promise<void> {
    const { requestTimeoutMs } = this.#settings;
    const request = new AbortController();
    this.#requests.add(request);
    const cancel = this.#runtime.schedule(() => {
      request.abort(new Error(`no response within ${requestTimeoutMs} ms (requestTimeoutMs)`));
    }, requestTimeoutMs);
    const updates = batch.map((entry) => entry.completed);
    const results = await this.#transport.sendBatch(updates, request.signal);
    cancel();
    this.#requests.delete(request);
    const failure = results.find((result) => !result.accepted)?.failure;
    this.#credentialsFailure = failure?.exhausted === 'RetriesExhausted' ? undefined : failure;
    this.#settle(batch, results);
    this.#pump();
  }

  /** Updates of one request that are retried share one random draw, so that they share a request again. */
  #settle(batch: readonly PendingUpdate[], results: readonly EntryResult[]): void {
    const draw = this.#runtime.random();
    const retries = new Map<number, Set<PendingUpdate>>();
    for (const [index, entry] of batch.entries()) {
      const result = results[index];
      if (result === undefined) throw new Error(`The transport gave no result for entry ${index}`);
      entry.completed = result.completed;
      if (result.accepted) {
        entry.accept(result.message_id, result.sequence_number);
        this.#release(entry);
      } else {
        const { failure } = result;
        entry.failures += 1;
        if (failure.isAttempt) entry.attempts += 1;
        entry.mayBeAccepted ||= failure.mayBeAccepted;
        const delay = retryDelayMs(entry.failures, draw, this.#settings);
        if (!this.#failIfFinal(entry, failure, delay)) {
          entry.state = 'backoff';
          retries.set(delay, (retries.get(delay) ?? new Set()).add(entry));
        }
      }
    }
    for (const [delay, entries] of retries) this.#backoff.add(entries, delay);
  }

  /** Rejects an update whose failed attempt was its last one; returns whether it was. */
  #failIfFinal(entry: PendingUpdate, failure: Failure, delay: number): boolean {
    const { final, exhausted, reason, cause } = failure;
    const { maxAttempts, sendTimeoutMs } = this.#settings;
    if (typeof final === 'string') {
      this.#fail(entry, final, reason, cause);
    } else if (final !== undefined) {
      entry.fail(forUpdate(final, entry.completed.update));
      this.#release(entry);
    } else if (this.#closeTimedOut) {
      this.#fail(entry, 'CloseTimeout', this.#closeReason(), cause);
    } else if (entry.signal?.aborted === true) {
      this.#fail(entry, 'Aborted', 'it was aborted after a failed attempt', entry.signal.reason);
    } else if (entry.attempts >= maxAttempts) {
      this.#fail(entry, exhausted, `${reason} (maxAttempts ${maxAttempts})`, cause);
    } else if (this.#runtime.elapsed() + delay >= entry.expiresAt) {
      this.#fail(entry, exhausted, `${reason} (sendTimeoutMs ${sendTimeoutMs})`, cause);
    } else {
      return false;
    }
    return true;
  }

  #timeOutClose(): void {
    this.#closeTimedOut = true;
    for (const entry of [...this.#waiting, ...this.#buffered]) {
      if (entry.state === 'in-flight') continue;
      this.#backoff.remove(entry);
      this.#fail(entry, 'CloseTimeout', this.#closeReason());
    }
    for (const request of this.#requests) request.abort(new Error(this.#closeReason()));
  }

  #closeReason(): string {
    return `close() waited ${this.#settings.closeTimeoutMs} ms (closeTimeoutMs)`;
  }

  #fail(entry: PendingUpdate, code: SendErrorCode, reason: string, cause?: unknown): void {
    entry.fail(
      new LeaderboardSendError({
        code,
        reason,
        update: entry.completed.update,
        attempts: entry.attempts,
        outcome: entry.mayBeAccepted ? 'unknown' : 'not_accepted',
        ...(cause !== undefined && { cause }),
      }),
    );
    this.#release(entry);
  }

  /** Frees the space of a settled update, and admits waiting updates in the order of their calls. */
  #release(entry: PendingUpdate): void {
    this.#aborts.remove(entry);
    this.#waiting.delete(entry);
    this.#queues.remove(entry);
    this.#buffered.delete(entry);
    for (const next of this.#waiting) {
      if (this.#buffered.size >= this.#settings.maxBuffered) break;
      this.#waiting.delete(next);
      this.#admit(next);
    }
  }
}

/** A configuration error is found once for a whole batch; each of its updates rejects with its own error. */
function forUpdate(error: LeaderboardError, update: LeaderboardUpdate): LeaderboardError {
  if (!LeaderboardConfigError.isInstance(error)) return error;
  return new LeaderboardConfigError(error.code, error.message, update);
}
