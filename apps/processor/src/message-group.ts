import type { DeadLetterErrorType } from '@leaderboard/contracts';
import type { Marker } from '@leaderboard/tables';
import { positionOf, type KnownHead, type LedgerEntry, type PlayerWrite } from './ledger-store.ts';
import { compareWithMarker } from './marker-verdict.ts';
import type { CheckedRecord, ValidRecord } from './record-check.ts';

/** The clocks of SQS differ by less. A queue that was created again starts its sequence numbers again, at a later time. */
const CLOCK_TOLERANCE_MS = 5_000;

/** Why a valid record did not get into the ledger although it was tried. */
export interface RecordFailure {
  readonly errorType: Extract<DeadLetterErrorType, 'TransientFailure' | 'RecordRefused'>;
  readonly reason: string;
}

/** The records that one transaction settles for a group: what it writes, and the repeats of what is written. */
export interface Run {
  readonly write: PlayerWrite;
  /** The group's next records, in queue order. A repeat has no entry. */
  readonly records: readonly ValidRecord[];
}

/**
 * The records of one message group in one batch, as a queue: only the front is ever settled, so that whatever happens
 * to a record happens before its followers are touched. Holds state and decides; does no I/O.
 */
export class MessageGroup {
  /** The player's head as far as it is known; undefined when it has to be read (again). */
  head: KnownHead | undefined;
  /** Groups of the same lane share a transaction. */
  lane = 0;
  /** Not to be tried before this time (ms since the epoch). */
  readyAt = 0;
  /** Failed attempts since the front last moved. */
  attempts = 0;
  /** When the front has used up its share of the time (ms since the epoch). */
  giveUpAt: number | undefined;
  /** Why the last attempt failed. */
  lastFault: string | undefined;
  /** The response to a transaction of this group was lost, and nothing since has shown its outcome. */
  outcomeUnknown = false;

  #pending: readonly CheckedRecord[];
  #runLimit = Number.POSITIVE_INFINITY;
  readonly #markers = new Map<string, Marker>();
  readonly #failures = new Map<CheckedRecord, RecordFailure>();

  /** @param records the group's records in the order of the batch, which is the queue's */
  constructor(records: readonly CheckedRecord[]) {
    this.#pending = records;
  }

  get pending(): readonly CheckedRecord[] {
    return this.#pending;
  }

  get front(): CheckedRecord | undefined {
    return this.#pending[0];
  }

  /**
   * Whether a later message of the player is settled. This one is then held by an invocation that outlived its visibility
   * timeout: written now, it would be out of order.
   */
  isSuperseded({ record }: CheckedRecord): boolean {
    const settled = this.head?.lastSettled;
    return (
      settled !== undefined &&
      BigInt(record.sequenceNumber) <= BigInt(settled.sequenceNumber) &&
      record.sentAtMs <= settled.sentAtMs + CLOCK_TOLERANCE_MS
    );
  }

  remember(eventId: string, marker: Marker): void {
    this.#markers.set(eventId, marker);
  }

  markerOf(record: ValidRecord): Marker | undefined {
    return this.#markers.get(record.update.event_id);
  }

  fail(record: ValidRecord, failure: RecordFailure): void {
    this.#failures.set(record, failure);
  }

  failFront(failure: RecordFailure): void {
    if (this.front) this.#failures.set(this.front, failure);
  }

  failureOf(record: ValidRecord): RecordFailure | undefined {
    return this.#failures.get(record);
  }

  /** The front is settled: the next record starts without attempts. */
  shift(): void {
    this.#advance(1);
  }

  /** Nothing more happens to this group in this invocation; returns what is left of it. */
  close(): readonly CheckedRecord[] {
    const rest = this.#pending;
    this.#pending = [];
    return rest;
  }

  /** The next run writes at most this many records. */
  limitRun(records: number): void {
    this.#runLimit = records;
  }

  /**
   * Plans the next transaction: as many records as can be written together, from the front on. It ends before a record
   * that is not to be written: invalid, failed, or an event id with other content.
   *
   * Expects a known head and a front that is to be written.
   *
   * @param now ms since the epoch; `timestamp` is this, or one more than the previous update's where that is later
   */
  plan(now: number): Run {
    const { head, front } = this;
    if (head === undefined || front?.valid !== true) {
      throw new Error('A run was planned for a group without a known head and a valid front.');
    }
    const entries: LedgerEntry[] = [];
    const records: ValidRecord[] = [];
    const planned = new Map<string, Marker>();
    let { version, timestamp } = head;

    for (const next of this.#pending) {
      if (!next.valid || this.#failures.has(next)) break;
      const eventId = next.update.event_id;
      const known = planned.get(eventId) ?? this.#markers.get(eventId);
      if (known === undefined) {
        if (entries.length >= this.#runLimit || this.isSuperseded(next)) break;
        version += 1;
        timestamp = Math.max(now, timestamp + 1);
        const entry = {
          update: next.update,
          contentHash: next.contentHash,
          messageId: next.record.messageId,
          ...positionOf(next.record),
          version,
          timestamp,
          processingTimestamp: Math.floor(now / 1000),
        };
        entries.push(entry);
        planned.set(eventId, markerOf(entry));
      } else if (compareWithMarker(next, known).kind === 'reused') {
        break;
      }
      records.push(next);
    }
    return {
      write: { playerId: front.update.player_id, expectedHead: head, entries },
      records,
    };
  }

  /** The run's transaction was committed. */
  commit({ write, records }: Run): void {
    for (const entry of write.entries) {
      this.remember(entry.update.event_id, markerOf(entry));
      const { version, timestamp } = entry;
      this.head = { version, timestamp, lastSettled: positionOf(entry), isStored: true };
    }
    this.outcomeUnknown = false;
    this.#runLimit *= 2;
    this.#advance(records.length);
  }

  #advance(count: number): void {
    this.#pending = this.#pending.slice(count);
    this.attempts = 0;
    this.readyAt = 0;
    this.giveUpAt = undefined;
    this.lastFault = undefined;
  }
}

/** What will be remembered of an entry once it is written. */
function markerOf({ update, contentHash, messageId }: LedgerEntry): Marker {
  return { contentHash, messageId, occurredAt: update.occurred_at };
}

/** Sorts a batch into its message groups; within a group the order of the batch stays. */
export function groupRecords(records: readonly CheckedRecord[]): MessageGroup[] {
  const byGroupId = Map.groupBy(records, ({ record }) => record.messageGroupId);
  return [...byGroupId.values()].map((group) => new MessageGroup(group));
}
