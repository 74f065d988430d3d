import type { Window } from '@leaderboard/ranking';

/** One place of a snapshot. */
export interface SnapshotEntry {
  rank: number;
  player_id: string;
  /** Exact decimal text. */
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

/** Whether two snapshots say the same, whenever they were taken. */
export function hasSameContent(a: Snapshot, b: Snapshot): boolean {
  return (
    a.period === b.period &&
    a.total === b.total &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry, index) => isSameEntry(entry, b.entries[index]))
  );
}

function isSameEntry(a: SnapshotEntry, b: SnapshotEntry | undefined): boolean {
  return (
    a.rank === b?.rank &&
    a.player_id === b.player_id &&
    a.score === b.score &&
    a.updates === b.updates &&
    a.achieved_at === b.achieved_at
  );
}
