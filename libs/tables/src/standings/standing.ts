import {
  parseBoardWindow,
  parseDecimal,
  toDecimalString,
  type Standing,
} from '@leaderboard/ranking';
import { exactNumber, type Item } from '../conversion.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** A player's standing in a window of a board. */
export interface StandingRow extends Standing {
  /** `GLOBAL#all_time`, `game:chess#weekly#2026-W47`. */
  board_window: string;
  board_id: string;
  /** Hash of the definition under which the standing was folded. */
  definition_hash: string;
}

/**
 * What distinguishes the standings of a player: the board window, and the definition under which it is folded. While a changed
 * board is built, a player has a standing under each of its definitions. It is the sort key of an archived standing. A board
 * window has no space.
 *
 * @example standingKey({ board_window: 'GLOBAL#all_time', definition_hash }) // 'GLOBAL#all_time 0123456789abcdefu'
 */
export function standingKey({
  board_window,
  definition_hash,
}: Pick<StandingRow, 'board_window' | 'definition_hash'>): string {
  return `${board_window} ${definition_hash}`;
}

/** The attributes of a standing. */
export const STANDING_ATTRIBUTES = [
  'player_id',
  'board_window',
  'board_id',
  'score',
  'updates',
  'achieved_at',
  'version',
  'definition_hash',
] as const satisfies readonly (keyof StandingRow)[];

/**
 * The item of a standing in a period that ended: a player's present standings are in one item, and each of the others is in
 * one of its own.
 */
export function toArchivedStandingItem(row: StandingRow): Item {
  return {
    ...standingsKey(row.player_id, standingKey(row)),
    board_id: row.board_id,
    score: exactNumber(row.score),
    updates: row.updates,
    achieved_at: row.achieved_at,
    version: row.version,
    definition_hash: row.definition_hash,
  };
}

/** @throws {CorruptItemError} */
export function toArchivedStanding(item: Item): StandingRow {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const [board_window = ''] = read.string('board_window').split(' ');
  return {
    player_id: read.string('player_id'),
    board_window,
    board_id: read.string('board_id'),
    score: toDecimalString(parseDecimal(read.decimal('score'))),
    updates: read.integer('updates'),
    achieved_at: read.string('achieved_at'),
    version: read.integer('version'),
    definition_hash: read.string('definition_hash'),
  };
}

/**
 * The standings that are present, by key: of each kind of window of a board, under one definition, the one of the newest period.
 * The others belong in items of their own.
 */
export function presentStandings(
  standings: ReadonlyMap<string, StandingRow>,
): Map<string, StandingRow> {
  const newest = new Map<string, string>();
  for (const key of standings.keys()) {
    const kind = kindOfStanding(key);
    if (key > (newest.get(kind) ?? '')) newest.set(kind, key);
  }
  return new Map([...standings].filter(([key]) => newest.get(kindOfStanding(key)) === key));
}

/** The key of a standing without its period. Keys of one kind are in the order of their periods. */
export function kindOfStanding(key: string): string {
  const [boardWindow = '', hash] = key.split(' ');
  const parsed = parseBoardWindow(boardWindow);
  return parsed === undefined ? key : `${parsed.board_id}#${parsed.window} ${hash}`;
}
