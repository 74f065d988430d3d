import type { Item } from '../conversion.ts';
import { queryOf, type QueryExpression, type UpdateExpression } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Partition of the boards that have had a standing: one item for each, under its id. One query lists all boards. */
const BOARDS_PARTITION = '#boards';

/** A board that has had a standing. */
export interface RegisteredBoard {
  readonly id: string;
  /** Players in the board's first window when the snapshotter last counted them; undefined before it has. */
  readonly players: number | undefined;
}

/** The query of every {@link RegisteredBoard}. */
export const REGISTERED_BOARDS: QueryExpression = queryOf(STANDINGS_TABLE, BOARDS_PARTITION, {
  attributes: ['board_window', 'players'],
});

/**
 * The query of the boards whose ids begin with a prefix and are above another id. A sort key takes one condition: ids have no
 * space, which is below all of their characters, and no `~`, which is above.
 */
export function registeredBoards(prefix: string, after: string): QueryExpression {
  // An id begins with a letter or a digit.
  const from = after === '' ? prefix || '0' : `${after} `;
  return queryOf(STANDINGS_TABLE, BOARDS_PARTITION, {
    sortKey: { from, to: `${prefix}~` },
    attributes: ['board_window', 'players'],
  });
}

export function boardKey(boardId: string): Item {
  return standingsKey(BOARDS_PARTITION, boardId);
}

/** A board without a count. Write it only where there is no item yet: that one may hold the count. */
export function toBoardItem(boardId: string): Item {
  return boardKey(boardId);
}

/** @throws {CorruptItemError} */
export function toRegisteredBoard(item: Item): RegisteredBoard {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return { id: read.string('board_window'), players: read.integerIfAny('players') };
}

/** Stores how many players a board has. @param countedAt ISO 8601 in UTC with ms */
export function countPlayers(players: number, countedAt: string): UpdateExpression {
  return {
    UpdateExpression: 'SET #players = :players, #counted_at = :counted_at',
    ExpressionAttributeNames: { '#players': 'players', '#counted_at': 'counted_at' },
    ExpressionAttributeValues: { ':players': players, ':counted_at': countedAt },
  };
}
