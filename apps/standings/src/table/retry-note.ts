import { integerOf, number, text, textOf, type Item } from './attributes.ts';
import { PROGRESS_PARTITION } from './progress-item.ts';
import { standingKey } from './standing-item.ts';

/** Notes of the partition of the projectors' progress: few, since every live read reads them. */
export const RETRY_SLOTS = 64;

/** How long a note stays in the table after it is over, at least (s). */
const TTL_SECONDS = 3_600;

/**
 * That records of a player went back to the queue: until they are retried, the standings lack an update as old as
 * `ledgerTimestamp`, however far the projectors are with the others.
 */
export interface RetryNote {
  /** Empty when the note is of several players, whose notes have the same slot. */
  player: string;
  /** When the oldest of the updates was written to the ledger (ms since the epoch). */
  ledgerTimestamp: number;
  /** When the note no longer holds (ms since the epoch). */
  until: number;
}

export function retryNoteKey(slot: number): Item {
  return standingKey(PROGRESS_PARTITION, `retry-${String(slot).padStart(2, '0')}`);
}

export function toRetryNoteItem(slot: number, note: RetryNote): Item {
  return {
    ...retryNoteKey(slot),
    player: text(note.player),
    ledger_timestamp: number(note.ledgerTimestamp),
    until: number(note.until),
    expires_at: number(Math.ceil(note.until / 1_000) + TTL_SECONDS),
  };
}

/** @throws {CorruptItemError} */
export function toRetryNote(item: Item): RetryNote {
  return {
    player: textOf(item, 'player'),
    ledgerTimestamp: integerOf(item, 'ledger_timestamp'),
    until: integerOf(item, 'until'),
  };
}
