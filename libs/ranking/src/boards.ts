import type { Board, BoardDefinition } from './board-definition.ts';
import { fillGameId, gameIdIn } from './board-id.ts';

/** The fields of an update that decide which boards it counts on. */
export interface BoardUpdate {
  game_id: string;
  score: number;
  update_type: string;
}

/** Why a board refuses an update. Has the fields of the contract's validation issues, and the board. */
export interface ScoreBoundsIssue {
  board_id: string;
  path: '/score';
  rule: 'score_bounds';
  message: string;
  value_type: 'number';
}

/**
 * The boards on which an update counts, in the order of their definitions. A board whose score bounds the update
 * breaks is left out, so that a rebuild after a change of bounds gives what they would have given from the start.
 *
 * @example boardsFor({ game_id: 'chess', score: 7, update_type: 'score_update' }, boards).map(({ id }) => id) // ['GLOBAL', 'game:chess']
 */
export function boardsFor(update: BoardUpdate, definitions: readonly BoardDefinition[]): Board[] {
  return matchingBoards(update, definitions).filter(({ definition }) =>
    isWithinBounds(update.score, definition),
  );
}

/**
 * Says which boards refuse an update because its score is outside their bounds; empty when none does. For the
 * place that accepts updates: what is in the ledger already is not judged again, only left out of such a board.
 *
 * @example checkScoreBounds({ game_id: 'chess', score: -1, update_type: 'score_update' }, boards)[0]?.message // 'is -1, below the least score 0 of board game:chess'
 */
export function checkScoreBounds(
  update: BoardUpdate,
  definitions: readonly BoardDefinition[],
): ScoreBoundsIssue[] {
  return matchingBoards(update, definitions)
    .filter(({ definition }) => !isWithinBounds(update.score, definition))
    .map(({ id, definition: { min_score: min, max_score: max } }) => ({
      board_id: id,
      path: '/score',
      rule: 'score_bounds',
      message:
        min !== undefined && update.score < min
          ? `is ${String(update.score)}, below the least score ${String(min)} of board ${id}`
          : `is ${String(update.score)}, above the greatest score ${String(max)} of board ${id}`,
      value_type: 'number',
    }));
}

/**
 * The board of an id, as a reader of the API names it, or undefined when no definition has such a board. A
 * `per_game` board is found for every game id that the contract allows, played or not.
 *
 * @example findBoard('game:chess', boards)?.definition.id // 'game:{game_id}'
 */
export function findBoard(id: string, definitions: readonly BoardDefinition[]): Board | undefined {
  const definition = definitions.find((candidate) =>
    candidate.scope === 'per_game' ? gameIdIn(id, candidate.id) !== undefined : candidate.id === id,
  );
  return definition === undefined ? undefined : { id, definition };
}

function matchingBoards(update: BoardUpdate, definitions: readonly BoardDefinition[]): Board[] {
  return definitions
    .filter(
      (definition) =>
        (definition.scope !== 'game' || definition.game_id === update.game_id) &&
        (definition.update_types?.includes(update.update_type) ?? true),
    )
    .map((definition) => ({ id: fillGameId(definition.id, update.game_id), definition }));
}

/** Comparing the doubles is exact: within 15 significant digits they keep the order of the decimals. */
function isWithinBounds(
  score: number,
  { min_score: min, max_score: max }: BoardDefinition,
): boolean {
  return (min === undefined || score >= min) && (max === undefined || score <= max);
}
