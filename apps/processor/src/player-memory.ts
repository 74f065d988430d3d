import type { Marker, QueuePosition } from '@leaderboard/tables';
import type {
  KnownHead,
  LedgerEntry,
  LedgerFacts,
  LedgerQuestion,
  PlayerState,
} from './player-state.ts';
import { compareWithMarker, type MarkerVerdict } from './marker-verdict.ts';
import type { CheckedRecord, ValidRecord } from './record-check.ts';

/** What is known of a record's event. `unverified`: it has a marker, and whether its ledger item is there is not known. */
export type EventKnowledge =
  | { readonly kind: 'no-marker' }
  | { readonly kind: 'unverified'; readonly marker: Marker }
  /** The ledger item of the marker is gone: a restore. The event is written again. */
  | { readonly kind: 'stale'; readonly marker: Marker }
  | { readonly kind: 'in-ledger'; readonly verdict: MarkerVerdict };

interface KnownMarker {
  readonly kind: 'unverified' | 'stale' | 'counts';
  readonly marker: Marker;
}

/** Clocks of SQS that accept messages of one group differ by less. A queue that was created anew is younger than its head. */
const CLOCK_TOLERANCE_MS = 5_000;

/** What an invocation knows of a player: the head, and markers. It was true when it was read. */
export class PlayerMemory {
  /** `absent`: the table has none, and the ledger is to be asked. */
  #head: KnownHead | 'unknown' | 'absent' = 'unknown';
  readonly #markers = new Map<string, KnownMarker>();
  /** Not in the ledger, as a read says that was later than that of the head, or a head that was raised on a condition. */
  readonly #confirmedAbsent = new Set<CheckedRecord>();

  get head(): KnownHead | 'unknown' | 'absent' {
    return this.#head;
  }

  eventOf(record: ValidRecord): EventKnowledge {
    const known = this.#markers.get(record.update.event_id);
    if (known === undefined) return { kind: 'no-marker' };
    const { kind, marker } = known;
    if (kind !== 'counts') return { kind, marker };
    return { kind: 'in-ledger', verdict: compareWithMarker(record, marker) };
  }

  isConfirmedAbsent(record: CheckedRecord): boolean {
    return this.#confirmedAbsent.has(record);
  }

  /** What only the ledger can say. */
  get question(): LedgerQuestion {
    const unverified = [...this.#markers].filter(([, { kind }]) => kind === 'unverified');
    return {
      isHeadAbsent: this.#head === 'absent',
      markers: new Map(unverified.map(([eventId, { marker }]) => [eventId, marker])),
    };
  }

  /** The head and some markers were read. */
  learned({ head, markers }: PlayerState): void {
    for (const [eventId, marker] of markers) this.remember(eventId, marker);
    this.#head = head ?? 'absent';
    this.#confirmedAbsent.clear();
  }

  lookedUp({ markers }: LedgerQuestion, { head, present }: LedgerFacts): void {
    if (head) this.#head = head;
    for (const [eventId, marker] of markers) {
      this.#markers.set(eventId, { kind: present.has(eventId) ? 'counts' : 'stale', marker });
    }
  }

  /** Another writer has moved the head. */
  forgetHead(): void {
    this.#head = 'unknown';
  }

  /** A marker was seen; whether it counts is to be verified. */
  remember(eventId: string, marker: Marker): void {
    this.#markers.set(eventId, { kind: 'unverified', marker });
  }

  /** The marker of a record was read later than the head. */
  confirmed(record: ValidRecord, marker: Marker | undefined): void {
    const known = this.#markers.get(record.update.event_id)?.marker;
    const isNew = marker !== undefined && marker.messageId !== known?.messageId;
    if (isNew) this.remember(record.update.event_id, marker);
    else this.#confirmedAbsent.add(record);
  }

  committed(entries: readonly LedgerEntry[]): void {
    for (const entry of entries) {
      const { version, timestamp } = entry;
      this.#markers.set(entry.update.event_id, { kind: 'counts', marker: markerOf(entry) });
      this.#head = { version, timestamp, lastSettled: positionOf(entry), isStored: true };
    }
  }

  /** The head says that everything up to this message is settled, these records among it; they are not in the ledger. */
  raised(head: KnownHead, lastSettled: QueuePosition, records: readonly CheckedRecord[]): void {
    this.#head = { ...head, lastSettled: positionOf(lastSettled), isStored: true };
    for (const record of records) this.#confirmedAbsent.add(record);
  }
}

/** Whether a message stands before or at the last one that was settled: an older delivery of it may still be at work. */
export function isBehind(message: QueuePosition, settled: QueuePosition | undefined): boolean {
  return (
    settled !== undefined &&
    BigInt(message.sequenceNumber) <= BigInt(settled.sequenceNumber) &&
    message.sentAtMs <= settled.sentAtMs + CLOCK_TOLERANCE_MS
  );
}

/** What will be remembered of an entry once it is written. */
export function markerOf({ update, contentHash, messageId, timestamp }: LedgerEntry): Marker {
  return { contentHash, messageId, occurredAt: update.occurred_at, timestamp };
}

function positionOf({ sequenceNumber, sentAtMs }: QueuePosition): QueuePosition {
  return { sequenceNumber, sentAtMs };
}
