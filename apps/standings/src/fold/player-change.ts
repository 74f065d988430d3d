import {
  presentStandings,
  STANDING_ATTRIBUTES,
  type Applied,
  type PlayerTransaction,
  type StandingRow,
} from '@leaderboard/tables';
import type { BoardCatalog } from './board-catalog.ts';
import type { PlayerFold } from './player-fold.ts';

/** What the table holds of one player: all standings, or the present ones and those that were requested. */
export interface PlayerState {
  readonly applied: Applied | undefined;
  /** The transaction that wrote this; undefined when there is nothing of the player. */
  readonly transaction: PlayerTransaction | undefined;
  readonly standings: ReadonlyMap<string, StandingRow>;
}

export const NO_STATE: PlayerState = {
  applied: undefined,
  transaction: undefined,
  standings: new Map(),
};

/** One standing to write. */
export type RowWrite =
  | { readonly kind: 'put'; readonly row: StandingRow; readonly present: StandingRow | undefined }
  | { readonly kind: 'delete'; readonly present: StandingRow };

/** Everything that brings one player's standings from what was read to what was folded. */
export interface PlayerChange {
  readonly playerId: string;
  /** What was read. */
  readonly state: PlayerState;
  readonly rows: readonly RowWrite[];
  /** Undefined when the ledger has no update of the player: nothing is applied then. */
  readonly applied: Applied | undefined;
}

export interface ChangeOptions {
  /** The fold began with the first update: a standing that it does not hold is not in the ledger, and is removed. */
  readonly isComplete: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** Compares what was read with what was folded. */
export function changeOf(
  playerId: string,
  state: PlayerState,
  fold: PlayerFold,
  catalog: BoardCatalog,
  { isComplete, now }: ChangeOptions,
): PlayerChange {
  return {
    playerId,
    state,
    rows: rowWrites(state.standings, fold.rows(), isComplete),
    applied:
      fold.end.version === 0
        ? undefined
        : { ...fold.end, definition_hashes: catalog.hashes, applied_at: now },
  };
}

/** The board window that a write is about. */
export function boardWindowOf(write: RowWrite): string {
  return write.kind === 'put' ? write.row.board_window : write.present.board_window;
}

/**
 * Where a fold of this player may continue: at what is applied, if every standing is folded that far under the current
 * definitions. Otherwise undefined, and only a fold from the first update gives what the ledger says.
 */
export function trustedStart(
  { applied, standings }: PlayerState,
  catalog: BoardCatalog,
): Applied | undefined {
  if (applied === undefined || !catalog.isCoveredBy(applied.definition_hashes)) return undefined;
  for (const { board_window, definition_hash } of standings.values()) {
    const present = catalog.hashOf(board_window);
    // A standing of a board that is no longer defined says nothing about the others; the rebuild removes it.
    if (present !== undefined && present !== definition_hash) return undefined;
  }
  return applied;
}

/** The attributes in which two rows differ. */
export function differingAttributes(a: StandingRow, b: StandingRow): (keyof StandingRow)[] {
  return STANDING_ATTRIBUTES.filter((name) => a[name] !== b[name]);
}

/** The standings of a player after some writes. */
export function afterWrites(
  standings: ReadonlyMap<string, StandingRow>,
  writes: readonly RowWrite[],
): Map<string, StandingRow> {
  const rows = new Map(standings);
  for (const write of writes) {
    if (write.kind === 'put') rows.set(write.row.board_window, write.row);
    else rows.delete(write.present.board_window);
  }
  return rows;
}

/** How the items of archived standings change when a player's standings do. */
export function archiveChange(
  before: ReadonlyMap<string, StandingRow>,
  after: ReadonlyMap<string, StandingRow>,
): { puts: StandingRow[]; deletes: StandingRow[] } {
  const archived = (rows: ReadonlyMap<string, StandingRow>) => {
    const present = presentStandings(rows.values());
    return new Map([...rows].filter(([boardWindow]) => !present.has(boardWindow)));
  };
  const [old, next] = [archived(before), archived(after)];
  return {
    puts: [...next].flatMap(([boardWindow, row]) => (old.get(boardWindow) === row ? [] : row)),
    deletes: [...old].flatMap(([boardWindow, row]) => (next.has(boardWindow) ? [] : row)),
  };
}

function rowWrites(
  present: ReadonlyMap<string, StandingRow>,
  folded: ReadonlyMap<string, StandingRow>,
  isComplete: boolean,
): RowWrite[] {
  const writes: RowWrite[] = [];
  for (const [boardWindow, row] of folded) {
    const old = present.get(boardWindow);
    if (old === undefined || differingAttributes(old, row).length > 0)
      writes.push({ kind: 'put', row, present: old });
  }
  if (!isComplete) return writes;
  for (const [boardWindow, row] of present) {
    if (!folded.has(boardWindow)) writes.push({ kind: 'delete', present: row });
  }
  return writes;
}
