import { STANDING_ATTRIBUTES, type Applied, type StandingRow } from '@leaderboard/tables';
import type { BoardCatalog } from './board-catalog.ts';
import type { PlayerFold } from './player-fold.ts';

/** What the table holds of one player: all standings, or those that were requested. */
export interface PlayerState {
  readonly applied: Applied | undefined;
  readonly standings: ReadonlyMap<string, StandingRow>;
}

export const NO_STATE: PlayerState = { applied: undefined, standings: new Map() };

/** One item to write, on the condition that the table still holds what was read. */
export type RowWrite =
  | { readonly kind: 'put'; readonly row: StandingRow; readonly present: StandingRow | undefined }
  | { readonly kind: 'delete'; readonly present: StandingRow };

/** Everything that brings one player's standings from what was read to what was folded. */
export interface PlayerChange {
  readonly playerId: string;
  readonly rows: readonly RowWrite[];
  /** `next` is undefined when the ledger has no update of the player: nothing is applied then. */
  readonly applied: { readonly next: Applied | undefined; readonly present: Applied | undefined };
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
  present: PlayerState,
  fold: PlayerFold,
  catalog: BoardCatalog,
  { isComplete, now }: ChangeOptions,
): PlayerChange {
  return {
    playerId,
    rows: rowWrites(present.standings, fold.rows(), isComplete),
    applied: {
      next:
        fold.end.version === 0
          ? undefined
          : { ...fold.end, definition_hashes: catalog.hashes, applied_at: now },
      present: present.applied,
    },
  };
}

/** The board window that a write is about. */
export function boardWindowOf(write: RowWrite): string {
  return write.kind === 'put' ? write.row.board_window : write.present.board_window;
}

/**
 * Where a fold of this player may continue: at `#applied`, if every standing is folded that far under the current
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
