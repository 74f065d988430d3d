import { WINDOWS, type Window } from '@leaderboard/ranking';
import { exactNumber, type Item } from './conversion.ts';
import type { WriteCondition } from './expressions.ts';
import { ItemReader } from './item-reader.ts';
import type { TableDefinition } from './table-definition.ts';

/** The top of every leaderboard as it was at certain moments, and how far the snapshotter is. */
export const SNAPSHOTS_TABLE = {
  name: 'leaderboard-snapshots',
  partitionKey: { name: 'leaderboard_id', type: 'S' },
  sortKey: { name: 'as_of', type: 'S' },
  expiryAttribute: 'expires_at',
  repair: 'Remove the item; a full run of the snapshotter stores the leaderboard again.',
} as const satisfies TableDefinition;

/** Sort key of the newest snapshot of a leaderboard. The others have the time they were taken, which sorts below it. */
export const LATEST_SORT_KEY = 'LATEST';

/** One place of a snapshot. The fields are the attributes of an entry. */
export interface SnapshotEntry {
  rank: number;
  player_id: string;
  /** Exact decimal digits. */
  score: string;
  updates: number;
  achieved_at: string;
}

/** The top of one window of a board, as it was at one moment. */
export interface Snapshot {
  /** Board and window, without the period: `GLOBAL#weekly`. */
  leaderboard_id: string;
  board: string;
  window: Window;
  /** `all_time`, `2026-11-21`, `2026-W47`, `2026-11`. */
  period: string;
  /** When it was taken: ISO 8601 in UTC, with ms. */
  as_of: string;
  /** Players on the board in this window, those below the top included. */
  total: number;
  entries: readonly SnapshotEntry[];
}

/** A snapshot without its entries. */
export interface SnapshotSummary {
  /** When it was taken: ISO 8601 in UTC, with ms. */
  as_of: string;
  period: string;
  total: number;
  entry_count: number;
}

/** Attributes of an item that {@link toSnapshot} reads. */
export const SNAPSHOT_ATTRIBUTES = [
  'leaderboard_id',
  'board',
  'window',
  'period',
  'taken_at',
  'total',
  'entries',
] as const;

/** Attributes of an item that {@link toSnapshotSummary} reads. */
export const SNAPSHOT_SUMMARY_ATTRIBUTES = ['taken_at', 'period', 'total', 'entry_count'] as const;

/** @param asOf when it was taken: ISO 8601 in UTC, with ms; or {@link LATEST_SORT_KEY} */
export function snapshotKey(leaderboardId: string, asOf: string): Item {
  return { leaderboard_id: leaderboardId, as_of: asOf };
}

/** @param ttlSeconds how long it is kept, from when it was taken */
export function toDatedSnapshotItem(snapshot: Snapshot, ttlSeconds: number): Item {
  return {
    ...toSnapshotItem(snapshot, snapshot.as_of),
    expires_at: Math.floor(Date.parse(snapshot.as_of) / 1_000) + ttlSeconds,
  };
}

/** Does not expire. */
export function toLatestSnapshotItem(snapshot: Snapshot): Item {
  return toSnapshotItem(snapshot, LATEST_SORT_KEY);
}

/** When it was taken is in `taken_at` too, since the sort key of the latest snapshot is not a time. */
function toSnapshotItem(snapshot: Snapshot, sortKey: string): Item {
  return {
    ...snapshotKey(snapshot.leaderboard_id, sortKey),
    taken_at: snapshot.as_of,
    board: snapshot.board,
    window: snapshot.window,
    period: snapshot.period,
    total: snapshot.total,
    entry_count: snapshot.entries.length,
    entries: snapshot.entries.map(({ rank, player_id, score, updates, achieved_at }) => ({
      rank,
      player_id,
      score: exactNumber(score),
      updates,
      achieved_at,
    })),
  };
}

/** The write takes place only if the latest snapshot is not of a later period, nor of the same one and as new. */
export function ifLatestIsOlder({ period, as_of }: Snapshot): WriteCondition {
  return {
    ConditionExpression:
      'attribute_not_exists(leaderboard_id) OR #period < :period OR (#period = :period AND taken_at < :taken_at)',
    ExpressionAttributeNames: { '#period': 'period' },
    ExpressionAttributeValues: { ':period': period, ':taken_at': as_of },
  };
}

/** @throws {CorruptItemError} */
export function toSnapshot(item: Item): Snapshot {
  const read = new ItemReader(SNAPSHOTS_TABLE, item);
  return {
    leaderboard_id: read.string('leaderboard_id'),
    board: read.string('board'),
    window: read.oneOf('window', WINDOWS),
    period: read.string('period'),
    as_of: read.string('taken_at'),
    total: read.integer('total'),
    entries: read.list('entries').map((entry) => ({
      rank: entry.integer('rank'),
      player_id: entry.string('player_id'),
      score: entry.decimal('score'),
      updates: entry.integer('updates'),
      achieved_at: entry.string('achieved_at'),
    })),
  };
}

/** @throws {CorruptItemError} */
export function toSnapshotSummary(item: Item): SnapshotSummary {
  const read = new ItemReader(SNAPSHOTS_TABLE, item);
  return {
    as_of: read.string('taken_at'),
    period: read.string('period'),
    total: read.integer('total'),
    entry_count: read.integer('entry_count'),
  };
}

/** Where the snapshotter stores how far it has read the changes of boards. A board id begins with a letter or a digit. */
export const SNAPSHOTTER_POSITION_KEY: Item = snapshotKey('#snapshotter', 'position');

export interface SnapshotterPosition {
  /** Start of the oldest bucket of changes that is not settled (ms since the epoch); 0 when no round has ended without a failure. */
  readonly bucket: number;
  /** The round that the next run continues. */
  readonly round?: SnapshotRound;
}

/** Takes each board window once, in the order of their names, however many runs that needs. */
export interface SnapshotRound {
  /** Every board window, changed or not. */
  readonly all: boolean;
  /** The last board window that was taken; empty: none. */
  readonly after: string;
  /** `bucket` of the position once the round has ended. */
  readonly next: number;
}

export function toSnapshotterPositionItem({ bucket, round }: SnapshotterPosition): Item {
  return {
    ...SNAPSHOTTER_POSITION_KEY,
    bucket,
    ...(round && {
      round_all: round.all ? 1 : 0,
      round_after: round.after,
      round_next: round.next,
    }),
  };
}

/** @throws {CorruptItemError} */
export function toSnapshotterPosition(item: Item): SnapshotterPosition {
  const read = new ItemReader(SNAPSHOTS_TABLE, item);
  const bucket = read.integer('bucket');
  if (item['round_next'] === undefined) return { bucket };
  return {
    bucket,
    round: {
      all: read.integer('round_all') === 1,
      after: read.string('round_after'),
      next: read.integer('round_next'),
    },
  };
}
