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
  /** By `standingKey`. */
  readonly standings: ReadonlyMap<string, StandingRow>;
}

export const NO_STATE: PlayerState = {
  applied: undefined,
  transaction: undefined,
  standings: new Map(),
};

/** One standing to write. */
export type RowWrite = { readonly key: string } & (
  | { readonly kind: 'put'; readonly row: StandingRow; readonly present: StandingRow | undefined }
  | { readonly kind: 'delete'; readonly present: StandingRow }
);

/** Everything that brings one player's standings from what was read to what was folded. */
export interface PlayerChange {
  readonly playerId: string;
  /** What was read. */
  readonly state: PlayerState;
  readonly rows: readonly RowWrite[];
  /** Undefined when the ledger has no update of the player: nothing is applied then. */
  readonly applied: Applied | undefined;
}

/**
 * Compares what was read with what was folded. A standing that the fold does not hold is removed: of a board that is no longer
 * folded, or, where the fold began with the first update, one that is not in the ledger.
 *
 * @param now ms since the epoch
 */
export function changeOf(
  playerId: string,
  state: PlayerState,
  fold: PlayerFold,
  catalog: BoardCatalog,
  now: number,
): PlayerChange {
  return {
    playerId,
    state,
    rows: rowWrites(state.standings, fold.rows()),
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
 * Where a fold of this player may continue: at what is applied, if the standings are folded that far under all current
 * definitions. Otherwise undefined, and only a fold from the first update gives what the ledger says.
 */
export function trustedStart({ applied }: PlayerState, catalog: BoardCatalog): Applied | undefined {
  return applied && catalog.isCoveredBy(applied.definition_hashes) ? applied : undefined;
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
    if (write.kind === 'put') rows.set(write.key, write.row);
    else rows.delete(write.key);
  }
  return rows;
}

/** How the items of archived standings change when a player's standings do: rows to put, and keys to delete. */
export function archiveChange(
  before: ReadonlyMap<string, StandingRow>,
  after: ReadonlyMap<string, StandingRow>,
): { puts: StandingRow[]; deletes: string[] } {
  const archived = (rows: ReadonlyMap<string, StandingRow>) => {
    const present = presentStandings(rows);
    return new Map([...rows].filter(([key]) => !present.has(key)));
  };
  const [old, next] = [archived(before), archived(after)];
  return {
    puts: [...next].flatMap(([key, row]) => (old.get(key) === row ? [] : row)),
    deletes: [...old.keys()].filter((key) => !next.has(key)),
  };
}

function rowWrites(
  present: ReadonlyMap<string, StandingRow>,
  folded: ReadonlyMap<string, StandingRow>,
): RowWrite[] {
  const writes: RowWrite[] = [];
  for (const [key, row] of folded) {
    const old = present.get(key);
    if (old === undefined || differingAttributes(old, row).length > 0)
      writes.push({ kind: 'put', key, row, present: old });
  }
  for (const [key, row] of present) {
    if (!folded.has(key)) writes.push({ kind: 'delete', key, present: row });
  }
  return writes;
}
