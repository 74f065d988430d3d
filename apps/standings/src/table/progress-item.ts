import { number, text, type Item } from './attributes.ts';

/** Partition of the projectors' progress. A player id begins with a letter or a digit, so no player can take it. */
export const PROGRESS_PARTITION = '#progress';

/** Items of the partition. Each process of the projector takes one at random, so reading all of them stays one small query. */
export const PROGRESS_SLOTS = 16;

/**
 * How far one process of the projector was, last time it said so: what a reader measures the lag by. While events wait
 * in the queue, the oldest of them is about as old as the oldest that was folded in last, so the lag is the time since
 * `ledger_timestamp`, and grows while nothing is done. When none waits, what is still on its way takes about `lag_ms`;
 * once the queue has been empty for a while, only what has not reached it is missing, and that takes about `arrival_ms`.
 */
export interface Progress {
  /** When the batch was done (ms since the epoch). */
  recorded_at: number;
  /** Ledger timestamp of the oldest update of the batch (ms since the epoch): what comes now is hardly older. */
  ledger_timestamp: number;
  /** `recorded_at` less `ledger_timestamp`: from the ledger to the standing, in ms. */
  lag_ms: number;
  /** From the ledger to the queue, in ms: how long stream and pipe took. */
  arrival_ms: number;
}

export function toProgressItem(slot: number, progress: Progress): Item {
  return {
    player_id: text(PROGRESS_PARTITION),
    board_window: text(`slot-${String(slot).padStart(2, '0')}`),
    recorded_at: number(progress.recorded_at),
    ledger_timestamp: number(progress.ledger_timestamp),
    lag_ms: number(progress.lag_ms),
    arrival_ms: number(progress.arrival_ms),
  };
}
