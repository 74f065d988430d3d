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
    ...standingsKey(row.player_id, row.board_window),
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
  return {
    player_id: read.string('player_id'),
    board_window: read.string('board_window'),
    board_id: read.string('board_id'),
    score: toDecimalString(parseDecimal(read.decimal('score'))),
    updates: read.integer('updates'),
    achieved_at: read.string('achieved_at'),
    version: read.integer('version'),
    definition_hash: read.string('definition_hash'),
  };
}

/**
 * The standings that are present: of each kind of window of a board the one of the newest period. The others belong in items
 * of their own.
 */
export function presentStandings(rows: Iterable<StandingRow>): Map<string, StandingRow> {
  const newest = new Map<string, StandingRow>();
  for (const row of rows) {
    const kind = kindOfWindow(row.board_window);
    const other = newest.get(kind);
    if (other === undefined || row.board_window > other.board_window) newest.set(kind, row);
  }
  return new Map([...newest.values()].map((row) => [row.board_window, row]));
}

/** A board window without its period: `GLOBAL#weekly`. */
export function kindOfWindow(boardWindow: string): string {
  const parsed = parseBoardWindow(boardWindow);
  return parsed === undefined ? boardWindow : `${parsed.board_id}#${parsed.window}`;
}
