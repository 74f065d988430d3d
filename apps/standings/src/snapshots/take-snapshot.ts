import { parseBoardWindow, windowPeriod } from '@leaderboard/ranking';
import type { BoardRanks } from '@leaderboard/ranks';
import type { Snapshot, SnapshotEntry } from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import type { BoardReader } from '../storage/board-reader.ts';
import { readTop } from './read-top.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export interface SnapshotDependencies {
  readonly catalog: BoardCatalog;
  readonly boards: BoardReader;
  readonly ranks: BoardRanks;
  readonly snapshots: SnapshotStore;
  /** Entries of a snapshot at most. */
  readonly snapshotSize: number;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** `gone`: no current definition has this board and window. */
export type SnapshotOutcome = 'written' | 'unchanged' | 'gone';

/**
 * Stores the top of one board window: a dated snapshot, and the latest one of its leaderboard unless the period is past or
 * has not begun. Nothing is written where the latest one already has the same content.
 */
export async function takeSnapshot(
  boardWindow: string,
  dependencies: SnapshotDependencies,
): Promise<SnapshotOutcome> {
  const { catalog, boards, ranks, snapshots, snapshotSize, now } = dependencies;
  const parsed = parseBoardWindow(boardWindow);
  const board = catalog.boardOf(boardWindow);
  if (parsed === undefined || board === undefined) return 'gone';

  const { window, period = window } = parsed;
  const { definition } = board;
  const startedAt = now();
  const { entries, total } = await readTop(ranks, board, boardWindow, snapshotSize);
  const snapshot: Snapshot = {
    leaderboard_id: `${board.id}#${window}`,
    board: board.id,
    window,
    period,
    as_of: new Date(startedAt).toISOString(),
    total,
    entries,
  };

  const currentPeriod = windowPeriod(window, startedAt) ?? window;
  const isCurrent = period === currentPeriod;
  if (isCurrent) {
    const latest = await snapshots.readLatest(snapshot.leaderboard_id);
    if (latest && hasSameContent(latest, snapshot)) return 'unchanged';
  }
  const dated = await addDated(snapshot, snapshots);
  if (period <= currentPeriod) await snapshots.replaceLatest(dated);
  if (isCurrent && window === definition.windows[0]) {
    await boards.saveTotal(board.id, total, dated.as_of);
  }
  return 'written';
}

/** Two windows of a leaderboard can be taken in one millisecond; the later one is then dated one later. */
async function addDated(snapshot: Snapshot, snapshots: SnapshotStore): Promise<Snapshot> {
  let dated = snapshot;
  while (!(await snapshots.addDated(dated))) {
    dated = { ...dated, as_of: new Date(Date.parse(dated.as_of) + 1).toISOString() };
  }
  return dated;
}

/** Whether two snapshots show the same, whenever they were taken. */
function hasSameContent(a: Snapshot, b: Snapshot): boolean {
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
