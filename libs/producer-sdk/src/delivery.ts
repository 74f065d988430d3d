import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { AbortWatch } from './abort-watch.ts';
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
import { retryDelayMs } from './retry-delay.ts';
import { RetryPauses } from './retry-pauses.ts';
import type { Runtime } from './runtime.ts';
import type { BatchTransport, EntryResult } from './sqs-sender.ts';
import type { SentUpdate } from './types.ts';

/**
 * Brings completed updates to the queue: buffer, batches, repeats. Every update handed in settles exactly once, and a
 * player's updates reach the queue in the order in which they were handed in.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #transport: BatchTransport;
  readonly #runtime: Runtime;
  readonly #queues = new GroupQueues();
  /** Calls that wait for room, in order. */
  readonly #waiting = new Set<PendingUpdate>();
  readonly #buffered = new Set<PendingUpdate>();
  readonly #requests = new Set<AbortController>();
  readonly #pauses: RetryPauses;
  readonly #aborts = new AbortWatch((entries) => {
    this.#takeBack(entries);
  });
  /** How many flushes are under way: while one is, nothing lingers. */
  #flushes = 0;
  /** Why the latest request failed, if it was for its credentials. */
  #credentialsFailure: Failure | undefined;
  /** The deadline of `close` has passed: nothing is tried again. */
  #givenUp = false;
  #cancelLinger: (() => void) | undefined;

  constructor(settings: DeliverySettings, transport: BatchTransport, runtime: Runtime) {
    this.#settings = settings;
    this.#transport = transport;
    this.#runtime = runtime;
    this.#pauses = new RetryPauses(runtime, (entries) => {
      for (const entry of entries) this.#queues.resume(entry);
      this.#pump();
    });
  }

  /** Hands an update in; settles with its own result. */
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

  /** Sends what was handed in before without lingering; resolves when all of it is settled, and never rejects. */
  async flush(): Promise<void> {
    const unsettled = [...this.#buffered, ...this.#waiting].map((entry) => entry.settled);
    this.#flushes += 1;
    this.#pump();
    await Promise.all(unsettled);
    this.#flushes -= 1;
  }

  /** A flush with a deadline; what is then still unsettled is rejected, and requests on the wire are cut. */
  async close(): Promise<void> {
    const cancel = this.#runtime.schedule(() => {
      this.#giveUp();
    }, this.#settings.closeTimeoutMs);
    await this.flush();
    cancel();
    this.#transport.destroy();
  }

  #admit(entry: PendingUpdate): void {
    const now = this.#runtime.elapsed();
    entry.leaveAt = now + this.#settings.lingerMs;
    entry.expiresAt = now + this.#settings.sendTimeoutMs;
    this.#buffered.add(entry);
    this.#queues.append(entry);
  }

  /** All of them before anything else is sent: a follower of one of them is not to slip onto the wire. */
  #takeBack(entries: readonly PendingUpdate[]): void {
    for (const entry of entries) {
      if (entry.state === 'wire') continue;
      this.#pauses.remove(entry);
      this.#fail(entry, 'Aborted', 'it was aborted before it was sent', entry.signal?.reason);
    }
    this.#pump();
  }

  /** Sends every batch that may leave now, then waits for the next one. */
  #pump(): void {
    for (;;) {
      const now = this.#runtime.elapsed();
      if (!this.#mayLeave(now)) break;
      const batch = this.#queues.takeBatch(SQS_BATCH_LIMITS);
      const inTime = batch.filter((entry) => entry.expiresAt > now);
      if (inTime.length > 0) void this.#send(inTime);
      for (const entry of batch) if (entry.expiresAt <= now) this.#expire(entry);
    }
    this.#armLinger();
  }

  #mayLeave(now: number): boolean {
    const { readyCount } = this.#queues;
    if (this.#requests.size >= this.#settings.maxInFlightRequests) return false;
    if (readyCount === 0) return false;
    if (this.#flushes > 0 || readyCount >= SQS_BATCH_LIMITS.entries) return true;
    return (this.#queues.earliestLeaveAt() ?? Infinity) <= now;
  }

  /** One timer, only while an update is ready and a request may start: otherwise an answer calls the pump. */
  #armLinger(): void {
    const blocked = this.#requests.size >= this.#settings.maxInFlightRequests;
    const leaveAt = blocked ? undefined : this.#queues.earliestLeaveAt();
    if (leaveAt === undefined) {
      this.#cancelLinger?.();
      this.#cancelLinger = undefined;
      return;
    }
    if (this.#cancelLinger !== undefined) return;
    const delay = Math.max(0, Math.ceil(leaveAt - this.#runtime.elapsed()));
    this.#cancelLinger = this.#runtime.schedule(() => {
      this.#cancelLinger = undefined;
      this.#pump();
    }, delay);
  }

  /** An update whose time is up in the buffer: behind others of its player, or for want of a free request. */
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
      request.abort(new Error(`no answer within ${requestTimeoutMs} ms (requestTimeoutMs)`));
    }, requestTimeoutMs);
    const updates = batch.map((entry) => entry.completed);
    const results = await this.#transport.sendBatch(updates, request.signal);
    cancel();
    this.#requests.delete(request);
    const failure = results.find((result) => !result.accepted)?.failure;
    this.#credentialsFailure = failure?.exhausted === 'RetriesExhausted' ? undefined : failure;
    this.#take(batch, results);
    this.#pump();
  }

  /** Updates of one answer that are tried again share one draw, so that they share a request again. */
  #take(batch: readonly PendingUpdate[], results: readonly EntryResult[]): void {
    const draw = this.#runtime.random();
    const pauses = new Map<number, Set<PendingUpdate>>();
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
        if (!this.#isOver(entry, failure, delay)) {
          entry.state = 'pause';
          pauses.set(delay, (pauses.get(delay) ?? new Set()).add(entry));
        }
      }
    }
    for (const [delay, entries] of pauses) this.#pauses.add(entries, delay);
  }

  /** Settles an update whose failed attempt was the last one. */
  #isOver(entry: PendingUpdate, failure: Failure, delay: number): boolean {
    const { final, exhausted, reason, cause } = failure;
    const { maxAttempts, sendTimeoutMs } = this.#settings;
    if (typeof final === 'string') {
      this.#fail(entry, final, reason, cause);
    } else if (final !== undefined) {
      entry.fail(forUpdate(final, entry.completed.update));
      this.#release(entry);
    } else if (this.#givenUp) {
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

  #giveUp(): void {
    this.#givenUp = true;
    for (const entry of [...this.#waiting, ...this.#buffered]) {
      if (entry.state === 'wire') continue;
      this.#pauses.remove(entry);
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

  /** Frees a settled update's place, and lets the calls that wait for room in, in their order. */
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

/** A wrong configuration is found once for a whole batch; each of its updates is handed back with its own error. */
function forUpdate(error: LeaderboardError, update: LeaderboardUpdate): LeaderboardError {
  if (!LeaderboardConfigError.isInstance(error)) return error;
  return new LeaderboardConfigError(error.code, error.message, update);
}
