import type { Standing } from '@leaderboard/ranking';

/** A standing with everything that its item in the table holds. The fields are the item's attributes. */
export interface StandingRow extends Standing {
  /** Sort key: `GLOBAL#all_time`, `game:chess#weekly#2026-W47`. */
  board_window: string;
  board_id: string;
  /** Hash of the definition under which the standing was folded. */
  definition_hash: string;
  /** Partition of the index `by_rank`. */
  rank_partition: string;
  /** Sort key in the index: ascending is rank order. */
  rank_key: string;
}

/** How far a player's ledger is folded into all of that player's standings. */
export interface Applied {
  /** Version of the newest ledger item that is folded in. */
  version: number;
  /** Its ledger timestamp (ms since the epoch): where a refold goes on. */
  timestamp: number;
  /** Hashes of the definitions for which the standings are folded, sorted, joined by commas. */
  definition_hashes: string;
  /** When it was folded in (ms since the epoch). */
  applied_at: number;
}

/** What the table holds of one player: all standings, or those that were asked for. */
export interface PlayerState {
  readonly applied: Applied | undefined;
  readonly standings: ReadonlyMap<string, StandingRow>;
}

export const NO_STATE: PlayerState = { applied: undefined, standings: new Map() };

/** Whether two rows are the same, attribute by attribute. */
export function isSameRow(a: StandingRow, b: StandingRow): boolean {
  return differingFields(a, b).length === 0;
}

/** The attributes in which two rows differ. */
export function differingFields(a: StandingRow, b: StandingRow): (keyof StandingRow)[] {
  return ROW_FIELDS.filter((field) => a[field] !== b[field]);
}

const ROW_FIELDS = [
  'player_id',
  'board_window',
  'board_id',
  'score',
  'rank_partition',
  'rank_key',
  'updates',
  'achieved_at',
  'version',
  'definition_hash',
] as const satisfies (keyof StandingRow)[];
