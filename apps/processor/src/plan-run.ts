import type { Marker } from '@leaderboard/tables';
import type { KnownHead, LedgerEntry, PlayerWrite } from './player-state.ts';
import { compareWithMarker } from './marker-verdict.ts';
import { isBehind, markerOf, type PlayerMemory } from './player-memory.ts';
import type { CheckedRecord, ValidRecord } from './record-check.ts';

/** The records that one transaction settles for a group: what it writes, and the repeats of what is written. */
export interface Run {
  readonly write: PlayerWrite;
  /** The group's next records, in queue order. A repeat has no entry. */
  readonly records: readonly ValidRecord[];
}

export interface RunOptions {
  readonly playerId: string;
  readonly head: KnownHead;
  readonly memory: PlayerMemory;
  /** Whether a record is not to be written although nothing is known against it. */
  readonly isExcluded: (record: ValidRecord) => boolean;
  /** Entries at most. */
  readonly limit: number;
  /** ms since the epoch; `timestamp` is this, or one more than the previous update's where that is later. */
  readonly now: number;
}

/**
 * Plans the next transaction of a group: as many records as can be written together, from the front on. It ends before a
 * record that is not to be written, and before one of which more has to be known.
 */
export function planRun(
  pending: readonly CheckedRecord[],
  { playerId, head, memory, isExcluded, limit, now }: RunOptions,
): Run {
  const entries: LedgerEntry[] = [];
  const records: ValidRecord[] = [];
  const planned = new Map<string, Marker>();
  let { version, timestamp, lastSettled } = head;

  for (const next of pending) {
    if (!next.valid || isExcluded(next)) break;
    const eventId = next.update.event_id;
    const known = memory.eventOf(next);
    if (known.kind === 'unverified') break;
    const inThisRun = planned.get(eventId);
    const verdict = inThisRun
      ? compareWithMarker(next, inThisRun)
      : known.kind === 'in-ledger' && known.verdict;
    if (!verdict) {
      if (entries.length >= limit || isBehind(next.record, lastSettled)) break;
      version += 1;
      timestamp = Math.max(now, timestamp + 1);
      lastSettled = next.record;
      const { messageId, sequenceNumber, sentAtMs } = next.record;
      const entry = {
        update: next.update,
        contentHash: next.contentHash,
        messageId,
        sequenceNumber,
        sentAtMs,
        version,
        timestamp,
        processingTimestamp: Math.floor(now / 1000),
        staleMarker: known.kind === 'stale' ? known.marker : undefined,
      };
      entries.push(entry);
      planned.set(eventId, markerOf(entry));
    } else if (verdict.kind === 'reused') {
      break;
    }
    records.push(next);
  }
  return { write: { playerId, expectedHead: head, entries }, records };
}
