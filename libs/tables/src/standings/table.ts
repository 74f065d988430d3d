import type { Item } from '../conversion.ts';
import { ItemReader } from '../item-reader.ts';
import type { TableDefinition } from '../table-definition.ts';

/**
 * What the ledger is folded into: for each player an item with all present standings and one for each standing of a period
 * that ended, and beside them what projectors, rebuild and snapshotter note. Notes have partitions that begin with `#`, which no player id does.
 */
export const STANDINGS_TABLE = {
  name: 'standings',
  partitionKey: { name: 'player_id', type: 'S' },
  sortKey: { name: 'board_window', type: 'S' },
  expiryAttribute: 'expires_at',
  repair: 'Remove the item; `nx run standings:rebuild` writes it again.',
} as const satisfies TableDefinition;

/** @param partition a player id, or a partition of notes @param sortKey a board window, or what a note is about */
export function standingsKey(partition: string, sortKey: string): Item {
  return { player_id: partition, board_window: sortKey };
}

/** The board window of a standing, or what a note is about. @throws {CorruptItemError} */
export function standingsSortKey(item: Item): string {
  return new ItemReader(STANDINGS_TABLE, item).string('board_window');
}
