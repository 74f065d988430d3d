import type { PendingUpdate } from './pending-update.ts';

/** What fits into one request. */
export interface BatchLimits {
  entries: number;
  bytes: number;
}

/**
 * The limits of `SendMessageBatch`: 10 messages, 1 MiB in all (Amazon SQS API Reference, "SendMessageBatch").
 * A valid update is below 14 KiB, when all its metadata is emoji, so 10 of them never reach the second.
 */
export const SQS_BATCH_LIMITS: BatchLimits = { entries: 10, bytes: 1_048_576 };

/**
 * The buffered updates, one queue per message group, in the order of their calls. Only a group's head can be ready, and
 * a head that is on the wire or in a pause blocks its group: this is what keeps one player's updates in order, because
 * within one request SQS can accept a later entry and refuse an earlier one of the same group.
 */
export class GroupQueues {
  readonly #groups = new Map<string, PendingUpdate[]>();
  /** Heads that may leave, longest ready first. */
  readonly #ready = new Set<PendingUpdate>();

  get readyCount(): number {
    return this.#ready.size;
  }

  append(entry: PendingUpdate): void {
    entry.state = 'queued';
    const group = this.#groups.get(entry.completed.messageGroupId);
    if (group !== undefined) {
      group.push(entry);
      return;
    }
    this.#groups.set(entry.completed.messageGroupId, [entry]);
    this.#ready.add(entry);
  }

  /** Ends a pause: the head may leave again. */
  resume(entry: PendingUpdate): void {
    if (entry.state !== 'pause') return;
    entry.state = 'queued';
    this.#ready.add(entry);
  }

  /** Takes a settled update out; its follower, if it was the head, becomes ready. */
  remove(entry: PendingUpdate): void {
    const id = entry.completed.messageGroupId;
    const group = this.#groups.get(id) ?? [];
    const position = group.indexOf(entry);
    if (position === -1) return;
    group.splice(position, 1);
    this.#ready.delete(entry);
    const next = group[0];
    if (next === undefined) this.#groups.delete(id);
    else if (position === 0) this.#ready.add(next);
  }

  /** When the first ready update may leave without company; `undefined` when none is ready. */
  earliestLeaveAt(): number | undefined {
    let earliest: number | undefined;
    for (const entry of this.#ready) {
      if (earliest === undefined || entry.leaveAt < earliest) earliest = entry.leaveAt;
    }
    return earliest;
  }

  /** Takes the next request's updates: each of another group. */
  takeBatch(limits: BatchLimits): PendingUpdate[] {
    const batch: PendingUpdate[] = [];
    let bytes = 0;
    for (const entry of this.#ready) {
      if (batch.length === limits.entries || bytes + entry.bytes > limits.bytes) break;
      bytes += entry.bytes;
      batch.push(entry);
      this.#ready.delete(entry);
      entry.state = 'wire';
    }
    return batch;
  }
}
