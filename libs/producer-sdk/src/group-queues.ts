import type { PendingUpdate } from './pending-update.ts';

/** The limits of one request. */
export interface BatchLimits {
  entries: number;
  bytes: number;
}

/**
 * The limits of `SendMessageBatch`: 10 messages, 1 MiB in total (Amazon SQS API Reference, "SendMessageBatch").
 * A valid update is below 14 KiB, even when all its metadata is emoji, so 10 of them never reach 1 MiB.
 */
export const SQS_BATCH_LIMITS: BatchLimits = { entries: 10, bytes: 1_048_576 };

/**
 * The buffered updates, one queue per message group, in the order of their calls. Only the head of a group can be ready. A
 * head that is in flight or in backoff blocks its group: this keeps one player's updates in order, because within one
 * request SQS can accept a later entry and reject an earlier one of the same group.
 */
export class GroupQueues {
  readonly #groups = new Map<string, PendingUpdate[]>();
  /** Heads that may be sent, longest ready first. */
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

  /** Ends the backoff of a head: it may be sent again. */
  resume(entry: PendingUpdate): void {
    if (entry.state !== 'backoff') return;
    entry.state = 'queued';
    this.#ready.add(entry);
  }

  /** Removes a settled update. If it was the head, the next update of its group becomes ready. */
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

  /** When the linger time of the first ready update ends; `undefined` when none is ready. */
  earliestLingerEnd(): number | undefined {
    let earliest: number | undefined;
    for (const entry of this.#ready) {
      if (earliest === undefined || entry.lingerUntil < earliest) earliest = entry.lingerUntil;
    }
    return earliest;
  }

  /** Removes and returns the updates of the next request, each of another group. */
  takeBatch(limits: BatchLimits): PendingUpdate[] {
    const batch: PendingUpdate[] = [];
    let bytes = 0;
    for (const entry of this.#ready) {
      if (batch.length === limits.entries || bytes + entry.bytes > limits.bytes) break;
      bytes += entry.bytes;
      batch.push(entry);
      this.#ready.delete(entry);
      entry.state = 'in-flight';
    }
    return batch;
  }
}
