import { parseDecimal, toDecimalString } from '@leaderboard/ranking';
import { decimalOf, integerOf, number, text, textOf, type Item } from './attributes.ts';
import type { Applied, StandingRow } from './standing-row.ts';

/** The index in rank order. It projects its keys only: a standing that keeps its place costs no index write. */
export const RANK_INDEX = 'by_rank';

/** Sort key of a player's progress. No board id can take it: ids begin with a letter or a digit. */
export const APPLIED_SORT_KEY = '#applied';

export function standingKey(playerId: string, boardWindow: string): Item {
  return { player_id: text(playerId), board_window: text(boardWindow) };
}

export function toStandingItem(row: StandingRow): Item {
  return {
    ...standingKey(row.player_id, row.board_window),
    board_id: text(row.board_id),
    score: number(row.score),
    rank_partition: text(row.rank_partition),
    rank_key: text(row.rank_key),
    updates: number(row.updates),
    achieved_at: text(row.achieved_at),
    version: number(row.version),
    definition_hash: text(row.definition_hash),
  };
}

/** @throws {CorruptItemError} */
export function toStandingRow(item: Item): StandingRow {
  return {
    player_id: textOf(item, 'player_id'),
    board_window: textOf(item, 'board_window'),
    board_id: textOf(item, 'board_id'),
    score: toDecimalString(parseDecimal(decimalOf(item, 'score'))),
    rank_partition: textOf(item, 'rank_partition'),
    rank_key: textOf(item, 'rank_key'),
    updates: integerOf(item, 'updates'),
    achieved_at: textOf(item, 'achieved_at'),
    version: integerOf(item, 'version'),
    definition_hash: textOf(item, 'definition_hash'),
  };
}

export function toAppliedItem(playerId: string, applied: Applied): Item {
  return {
    ...standingKey(playerId, APPLIED_SORT_KEY),
    version: number(applied.version),
    timestamp: number(applied.timestamp),
    definition_hashes: text(applied.definition_hashes),
    applied_at: number(applied.applied_at),
  };
}

/** @throws {CorruptItemError} */
export function toApplied(item: Item): Applied {
  return {
    version: integerOf(item, 'version'),
    timestamp: integerOf(item, 'timestamp'),
    definition_hashes: textOf(item, 'definition_hashes'),
    applied_at: integerOf(item, 'applied_at'),
  };
}
