import { text, number, type Item } from './attributes.ts';

/**
 * Partition of the boards that have had a standing: one item for each, under its id. `GET /leaderboards` is one query
 * of it. A player id begins with a letter or a digit, so no player can take a partition that begins with `#`.
 */
export const BOARDS_PARTITION = '#boards';

/** The stretch of time that the news of one partition cover, in ms. */
export const NEWS_BUCKET_MS = 60_000;

/** How long news are kept, in seconds: a snapshotter that was away longer takes every board anew. */
export const NEWS_TTL_SECONDS = 2 * 24 * 60 * 60;

/** Start of the bucket that an instant is in (both ms since the epoch). */
export function newsBucket(ms: number): number {
  return ms - (ms % NEWS_BUCKET_MS);
}

/** Partition of the news of a bucket, for example `#news#2026-11-21T09:30`. Its items' sort keys are board windows. */
export function newsPartition(bucketMs: number): string {
  return `#news#${new Date(bucketMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length)}`;
}

export function toNewsItem(bucketMs: number, boardWindow: string): Item {
  return {
    player_id: text(newsPartition(bucketMs)),
    board_window: text(boardWindow),
    expires_at: number(bucketMs / 1_000 + NEWS_TTL_SECONDS),
  };
}

export function toBoardItem(boardId: string): Item {
  return { player_id: text(BOARDS_PARTITION), board_window: text(boardId) };
}
