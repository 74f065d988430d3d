import type { Board } from './board-definition.ts';
import { exclusionOf, type BoardUpdate, type Exclusion } from './boards.ts';
import { fold, type Standing, type VersionedUpdate } from './fold.ts';
import { windowsOf } from './windows.ts';

/**
 * What an update does to a standing: `set` gives it its value, `added` adds to it, `kept` counts and leaves the value as it is.
 * All others do not count there.
 */
export type UpdateEffect = 'set' | 'added' | 'kept' | 'outside_window' | Exclusion;

/**
 * Folds one update into a standing in a window of a board, as `boardsFor`, `windowsOf` and {@link fold} do, and says what it did.
 *
 * @param boardWindow key of the window: `GLOBAL#weekly#2026-W47`
 * @example explainUpdate(undefined, update, board, 'GLOBAL#all_time').effect // 'set'
 */
export function explainUpdate(
  standing: Standing | undefined,
  update: BoardUpdate & VersionedUpdate,
  board: Board,
  boardWindow: string,
): { readonly standing: Standing | undefined; readonly effect: UpdateEffect } {
  const exclusion = exclusionOf(update, board);
  if (exclusion !== undefined) return { standing, effect: exclusion };
  if (!windowsOf(board, update.occurred_at).includes(boardWindow)) {
    return { standing, effect: 'outside_window' };
  }
  const next = fold(standing, update, board.definition);
  const isChanged = next.score !== standing?.score || next.achieved_at !== standing.achieved_at;
  const adds = ['sum', 'count'].includes(board.definition.operator) && standing !== undefined;
  return { standing: next, effect: !isChanged ? 'kept' : adds ? 'added' : 'set' };
}
