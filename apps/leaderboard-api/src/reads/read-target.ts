import {
  boardDefinitionHash,
  boardWindowKey,
  rankPartitions,
  type Board,
  type Window,
} from '@leaderboard/ranking';

/** What `period` is for a window that never ends. */
export const ALL_TIME_PERIOD = 'all_time';

/** A board window, as reads address it. */
export interface ReadTarget {
  readonly board: Board;
  readonly window: Window;
  /** `all_time`, or the day, week or month: `2026-11-21`, `2026-W47`, `2026-11`. */
  readonly period: string;
  /** Sort key of its standings, for example `game:chess#weekly#2026-W47`. */
  readonly key: string;
  /** Partitions of the rank index that hold it. */
  readonly partitions: readonly string[];
  readonly definitionHash: string;
}

/** @param period undefined for `all_time` */
export function readTarget(board: Board, window: Window, period: string | undefined): ReadTarget {
  const key = boardWindowKey({ board_id: board.id, window, ...(period && { period }) });
  return {
    board,
    window,
    period: period ?? ALL_TIME_PERIOD,
    key,
    partitions: rankPartitions(key, board.definition.shards),
    definitionHash: boardDefinitionHash(board.definition),
  };
}
