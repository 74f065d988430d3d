import { WINDOWS } from '@leaderboard/ranking';
import {
  CorruptItemError,
  decimalOf,
  integerOf,
  number,
  text,
  textOf,
  type Item,
} from '../table/attributes.ts';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

/** Sort key of the newest snapshot of a leaderboard; all others have their `as_of`. */
export const LATEST_SORT_KEY = 'LATEST';

/**
 * The item of a snapshot, under its own `as_of` or under `LATEST`. When it was taken is in `taken_at` too, because the
 * sort key of the latest one does not say so.
 */
export function toSnapshotItem(snapshot: Snapshot, sortKey: string): Item {
  return {
    leaderboard_id: text(snapshot.leaderboard_id),
    as_of: text(sortKey),
    taken_at: text(snapshot.as_of),
    board: text(snapshot.board),
    window: text(snapshot.window),
    period: text(snapshot.period),
    total: number(snapshot.total),
    entry_count: number(snapshot.entries.length),
    entries: { L: snapshot.entries.map((entry) => ({ M: toEntryItem(entry) })) },
  };
}

/** @throws {CorruptItemError} */
export function toSnapshot(item: Item): Snapshot {
  const name = textOf(item, 'window');
  const window = WINDOWS.find((candidate) => candidate === name);
  if (window === undefined) {
    throw new CorruptItemError(
      `The snapshot of ${textOf(item, 'leaderboard_id')} has the window "${name}"; there are ${WINDOWS.join(', ')}. Remove the item.`,
    );
  }
  return {
    leaderboard_id: textOf(item, 'leaderboard_id'),
    board: textOf(item, 'board'),
    window,
    period: textOf(item, 'period'),
    as_of: textOf(item, 'taken_at'),
    total: integerOf(item, 'total'),
    entries: (item['entries']?.L ?? []).map(({ M: entry = {} }) => ({
      rank: integerOf(entry, 'rank'),
      player_id: textOf(entry, 'player_id'),
      score: decimalOf(entry, 'score'),
      updates: integerOf(entry, 'updates'),
      achieved_at: textOf(entry, 'achieved_at'),
    })),
  };
}

function toEntryItem(entry: SnapshotEntry): Item {
  return {
    rank: number(entry.rank),
    player_id: text(entry.player_id),
    score: number(entry.score),
    updates: number(entry.updates),
    achieved_at: text(entry.achieved_at),
  };
}
