import type { BoardUpdate, VersionedUpdate } from '@leaderboard/ranking';
import { decimalOf, integerOf, textOf, type Item } from '../table/attributes.ts';

/** What the standings use of a ledger item. */
export interface LedgerUpdate extends VersionedUpdate, BoardUpdate {
  /** Sort key in the ledger (ms since the epoch); rises strictly with the version. */
  timestamp: number;
}

/** Attributes of a ledger item that {@link toLedgerUpdate} reads: metadata stays where it is. */
export const LEDGER_ATTRIBUTES = [
  'player_id',
  'timestamp',
  'version',
  'game_id',
  'score',
  'update_type',
  'occurred_at',
] as const;

/**
 * Takes an update out of a ledger item, from the table or from its stream.
 *
 * @throws {CorruptItemError} for an item that the processor has not written
 */
export function toLedgerUpdate(item: Item): LedgerUpdate {
  return {
    player_id: textOf(item, 'player_id'),
    timestamp: integerOf(item, 'timestamp'),
    version: integerOf(item, 'version'),
    game_id: textOf(item, 'game_id'),
    // Exact: a score has at most 15 significant digits.
    score: Number(decimalOf(item, 'score')),
    update_type: textOf(item, 'update_type'),
    occurred_at: textOf(item, 'occurred_at'),
  };
}
