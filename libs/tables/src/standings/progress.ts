import type { Item } from '../conversion.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Partition of what the projectors note about their own work: progress, retries, completeness. Live reads read all of it. */
export const PROGRESS_PARTITION = '#progress';

/** Each process of the projector takes one slot at random, so reading all of them stays one small query. */
export const PROGRESS_SLOTS = 16;

/** What the sort key of a progress slot begins with. */
export const PROGRESS_SORT_KEY_PREFIX = 'slot-';

/**
 * How far one process of the projector was when it last wrote: what a reader measures the lag by. While events wait in the
 * queue, the oldest of them is about as old as the oldest that was folded in last, so the lag is the time since
 * `ledgerTimestamp`, and grows while nothing is done. When none waits, what is still in flight takes about `lagMs`; once the
 * queue has been empty for a while, only what has not reached it is missing, and that takes about `arrivalMs`.
 */
export interface Progress {
  /** When the batch was done (ms since the epoch). */
  readonly recordedAt: number;
  /** Ledger timestamp of the oldest update of the batch (ms since the epoch): what comes next is hardly older. */
  readonly ledgerTimestamp: number;
  /** `recordedAt` less `ledgerTimestamp`: from the ledger to the standing, in ms. */
  readonly lagMs: number;
  /** From the ledger to the queue, in ms: how long stream and pipe took. */
  readonly arrivalMs: number;
}

export function progressKey(slot: number): Item {
  return standingsKey(
    PROGRESS_PARTITION,
    `${PROGRESS_SORT_KEY_PREFIX}${String(slot).padStart(2, '0')}`,
  );
}

export function toProgressItem(slot: number, progress: Progress): Item {
  return {
    ...progressKey(slot),
    recorded_at: progress.recordedAt,
    ledger_timestamp: progress.ledgerTimestamp,
    lag_ms: progress.lagMs,
    arrival_ms: progress.arrivalMs,
  };
}

/** @throws {CorruptItemError} */
export function toProgress(item: Item): Progress {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    recordedAt: read.integer('recorded_at'),
    ledgerTimestamp: read.integer('ledger_timestamp'),
    lagMs: read.integer('lag_ms'),
    arrivalMs: read.integer('arrival_ms'),
  };
}
