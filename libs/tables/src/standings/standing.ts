import { parseDecimal, toDecimalString, type Standing } from '@leaderboard/ranking';
import { exactNumber, type Item } from '../conversion.ts';
import type { WriteCondition } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** A standing with everything that its item holds. The fields are the item's attributes. */
export interface StandingRow extends Standing {
  /** Sort key: `GLOBAL#all_time`, `game:chess#weekly#2026-W47`. */
  board_window: string;
  board_id: string;
  /** Hash of the definition under which the standing was folded. */
  definition_hash: string;
  /** Partition of the index in rank order. */
  rank_partition: string;
  /** Sort key in that index: ascending is rank order. */
  rank_key: string;
}

/** What a read of a board needs of a standing. */
export type RankedStanding = Pick<
  StandingRow,
  'player_id' | 'score' | 'achieved_at' | 'updates' | 'rank_key' | 'definition_hash'
>;

/** The attributes of a standing. */
export const STANDING_ATTRIBUTES = [
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
] as const satisfies readonly (keyof StandingRow)[];

/** Attributes of a standing that {@link toRankedStanding} reads. */
export const RANKED_STANDING_ATTRIBUTES = [
  'player_id',
  'score',
  'achieved_at',
  'updates',
  'rank_key',
  'definition_hash',
] as const satisfies readonly (keyof RankedStanding)[];

/** The place of one player in a partition of the index in rank order. */
export interface RankedKey {
  readonly player_id: string;
  readonly board_window: string;
  readonly rank_key: string;
}

export function toStandingItem(row: StandingRow): Item {
  return {
    ...standingsKey(row.player_id, row.board_window),
    board_id: row.board_id,
    score: exactNumber(row.score),
    rank_partition: row.rank_partition,
    rank_key: row.rank_key,
    updates: row.updates,
    achieved_at: row.achieved_at,
    version: row.version,
    definition_hash: row.definition_hash,
  };
}

/** @throws {CorruptItemError} */
export function toStandingRow(item: Item): StandingRow {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    player_id: read.string('player_id'),
    board_window: read.string('board_window'),
    board_id: read.string('board_id'),
    score: canonicalScore(read),
    rank_partition: read.string('rank_partition'),
    rank_key: read.string('rank_key'),
    updates: read.integer('updates'),
    achieved_at: read.string('achieved_at'),
    version: read.integer('version'),
    definition_hash: read.string('definition_hash'),
  };
}

/** @throws {CorruptItemError} */
export function toRankedStanding(item: Item): RankedStanding {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    player_id: read.string('player_id'),
    score: read.decimal('score'),
    achieved_at: read.string('achieved_at'),
    updates: read.integer('updates'),
    rank_key: read.string('rank_key'),
    definition_hash: read.string('definition_hash'),
  };
}

/** @param item an entry of the index in rank order @throws {CorruptItemError} */
export function toRankedKey(item: Item): RankedKey {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    player_id: read.string('player_id'),
    board_window: read.string('board_window'),
    rank_key: read.string('rank_key'),
  };
}

/** The write takes place only if the standing is still what was read. */
export function ifStandingIs({ version, definition_hash }: StandingRow): WriteCondition {
  return {
    // The hash belongs to the condition: under another definition the same version is another state.
    ConditionExpression: '#version = :version AND #hash = :hash',
    ExpressionAttributeNames: { '#version': 'version', '#hash': 'definition_hash' },
    ExpressionAttributeValues: { ':version': version, ':hash': definition_hash },
  };
}

/** Filter of a scan or a query: standings, and none of the notes beside them. */
export const ONLY_STANDINGS = { FilterExpression: 'attribute_exists(rank_key)' } as const;

function canonicalScore(read: ItemReader): string {
  return toDecimalString(parseDecimal(read.decimal('score')));
}
