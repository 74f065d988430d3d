import { parseBoardDefinitions, type BoardDefinitions } from '@leaderboard/ranking';
import type { Item } from '../conversion.ts';
import { queryOf, type QueryExpression } from '../expressions.ts';
import { CorruptItemError, ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Partition of the sets of board definitions: one item for each, under its id. */
const SETS_PARTITION = '#board-sets';

/** Bytes of the definitions of a set at most, as JSON: an item has 400 KB (DynamoDB developer guide, "Item size"). */
export const MAX_BOARD_SET_BYTES = 380_000;

/** The id of the boards that the stack was deployed with. They are not stored. */
export const DEPLOYED_SET = '';

/** Which sets of boards a stack has. */
export interface BoardSetIds {
  /** The set that reads answer from; {@link DEPLOYED_SET} before the first change. */
  readonly serving: string;
  /** The set that is folded beside it, to be served later; undefined for none. */
  readonly building: string | undefined;
}

/** The query of one set. A set never changes, and its id is never used again. */
export function boardSet(id: string): QueryExpression {
  return queryOf(STANDINGS_TABLE, SETS_PARTITION, { sortKey: { is: id } });
}

/** @param createdAt ISO 8601 in UTC */
export function toBoardSetItem(id: string, definitions: BoardDefinitions, createdAt: string): Item {
  return {
    ...standingsKey(SETS_PARTITION, id),
    definitions: JSON.stringify(definitions),
    created_at: createdAt,
  };
}

/** @throws {CorruptItemError} */
export function toBoardSet(item: Item): BoardDefinitions {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const text = read.string('definitions');
  try {
    return parseBoardDefinitions(JSON.parse(text));
  } catch (error) {
    throw new CorruptItemError(
      STANDINGS_TABLE.name,
      'definitions',
      `The board set ${read.string('board_window')} in the table ${STANDINGS_TABLE.name} cannot be used: ${(error as Error).message} ${STANDINGS_TABLE.repair}`,
    );
  }
}

/** How far the set that is being built has come. */
export interface BuildProgress {
  /** Ledger items folded. */
  readonly updates: number;
  readonly players: number;
  readonly failedPlayers: number;
  /** ISO 8601 in UTC. */
  readonly notedAt: string;
}

/** The query of the {@link BuildProgress} of a set. */
export function buildProgress(id: string): QueryExpression {
  return queryOf(STANDINGS_TABLE, SETS_PARTITION, { sortKey: { is: progressKey(id) } });
}

export function toBuildProgressItem(id: string, progress: BuildProgress): Item {
  return {
    ...standingsKey(SETS_PARTITION, progressKey(id)),
    updates: progress.updates,
    players: progress.players,
    failed_players: progress.failedPlayers,
    noted_at: progress.notedAt,
  };
}

/** @throws {CorruptItemError} */
export function toBuildProgress(item: Item): BuildProgress {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    updates: read.integer('updates'),
    players: read.integer('players'),
    failedPlayers: read.integer('failed_players'),
    notedAt: read.string('noted_at'),
  };
}

/** An id has no space. */
function progressKey(id: string): string {
  return `${id} progress`;
}
