import type { Item } from '../conversion.ts';
import { queryOf, type QueryExpression } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/**
 * Which board windows have changed, for the snapshotter. Time is divided into buckets, each with its own partition, so that
 * a partition stays small and expires as a whole.
 */
export const CHANGES_BUCKET_MS = 60_000;

/** How long changes are kept, in s: a snapshotter that was down for longer takes every board again. */
export const CHANGES_TTL_SECONDS = 2 * 24 * 60 * 60;

/** Start of the bucket that an instant is in (both ms since the epoch). */
export function changesBucket(ms: number): number {
  return ms - (ms % CHANGES_BUCKET_MS);
}

/** Partition of the changes of a bucket, for example `#news#2026-11-21T09:30`. Each of its items is of one batch. */
function changesPartition(bucketMs: number): string {
  return `#news#${new Date(bucketMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}`;
}

/**
 * What one batch of a projector changes.
 *
 * @param unique what no other batch has
 */
export function toChangesItem(
  bucketMs: number,
  unique: string,
  boardWindows: readonly string[],
): Item {
  return {
    ...standingsKey(changesPartition(bucketMs), unique),
    board_windows: boardWindows.join(' '),
    expires_at: bucketMs / 1_000 + CHANGES_TTL_SECONDS,
  };
}

/** The query of the changes of a bucket. */
export function changesOf(bucketMs: number): QueryExpression {
  return queryOf(STANDINGS_TABLE, changesPartition(bucketMs));
}

/** The board windows that changed. @throws {CorruptItemError} */
export function toChangedBoardWindows(item: Item): string[] {
  return new ItemReader(STANDINGS_TABLE, item).string('board_windows').split(' ');
}
