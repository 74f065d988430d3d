import { boardDefinitionHash, boardWindowKey, type Board, type Window } from '@leaderboard/ranking';
import { ranksPartition, standingKey, windowOf } from '@leaderboard/tables';

/** What `period` is for a window that never ends. */
export const ALL_TIME_PERIOD = 'all_time';

/** A board window, as reads address it. */
export interface ReadTarget {
  readonly board: Board;
  readonly window: Window;
  /** `all_time`, or the day, week or month: `2026-11-21`, `2026-W47`, `2026-11`. */
  readonly period: string;
  /** The board window: `game:chess#weekly#2026-W47`. */
  readonly key: string;
  /** What the window is called within its board: `weekly#2026-W47`. */
  readonly windowName: string;
  /** `standingKey` of a player's standing there. */
  readonly standingKey: string;
  /** The board's partition of the table of ranks. */
  readonly partition: string;
  readonly definitionHash: string;
}

/** @param period undefined for `all_time` */
export function readTarget(board: Board, window: Window, period: string | undefined): ReadTarget {
  const key = boardWindowKey({ board_id: board.id, window, ...(period && { period }) });
  const definitionHash = boardDefinitionHash(board.definition);
  return {
    board,
    window,
    period: period ?? ALL_TIME_PERIOD,
    key,
    windowName: windowOf(key),
    standingKey: standingKey({ board_window: key, definition_hash: definitionHash }),
    partition: ranksPartition(board.id, definitionHash),
    definitionHash,
  };
}
