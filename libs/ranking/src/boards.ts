import type { Board, BoardDefinition } from './board-definition.ts';
import { fillGameId, GAME_ID_PLACEHOLDER, gameIdIn } from './board-id.ts';

/** The fields of an update that determine the boards on which it counts. */
export interface BoardUpdate {
  game_id: string;
  score: number;
  update_type: string;
}

/** Why a board rejects an update: the fields of the contract's validation issues, and the board. */
export interface ScoreBoundsIssue {
  board_id: string;
  path: '/score';
  rule: 'score_bounds';
  message: string;
  value_type: 'number';
}

/**
 * The boards on which an update counts, in the order of their definitions. Boards whose score bounds exclude the update are
 * omitted, so that a rebuild after a change of bounds gives the same result as if the bounds had always been there.
 *
 * @example boardsFor({ game_id: 'chess', score: 7, update_type: 'score_update' }, boards).map(({ id }) => id) // ['GLOBAL', 'game:chess']
 */
export function boardsFor(update: BoardUpdate, definitions: readonly BoardDefinition[]): Board[] {
  return matchingBoards(update, definitions).filter(({ definition }) =>
    isWithinBounds(update.score, definition),
  );
}

/**
 * The boards that reject an update because its score is outside their bounds; empty when none does. For the component that
 * accepts updates: an update in the ledger stays there, and such a board omits it.
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
 * The board with this id, or undefined when no definition has it. A `per_game` board is found for every game id that the
 * contract allows, whether or not the game has updates.
 *
 * @example findBoard('game:chess', boards)?.definition.id // 'game:{game_id}'
 */
export function findBoard(id: string, definitions: readonly BoardDefinition[]): Board | undefined {
  const definition = definitions.find((candidate) =>
    candidate.scope === 'per_game' ? gameIdIn(id, candidate.id) !== undefined : candidate.id === id,
  );
  return definition === undefined ? undefined : { id, definition };
}

/**
 * What the ids of a definition's boards begin with: all of it, or what is before `{game_id}`.
 *
 * @example idPrefixOf(game) // 'game:'
 */
export function idPrefixOf({ id }: BoardDefinition): string {
  return id.split(GAME_ID_PLACEHOLDER)[0] ?? id;
}

/** Why an update does not count on a board, whatever its window. */
export type Exclusion = 'other_game' | 'other_type' | 'out_of_bounds';

/**
 * Why an update does not count on a board; undefined when it does, which is when {@link boardsFor} has the board.
 *
 * @example exclusionOf({ game_id: 'go', score: 7, update_type: 'score_update' }, { id: 'game:chess', definition }) // 'other_game'
 */
export function exclusionOf(update: BoardUpdate, { id, definition }: Board): Exclusion | undefined {
  if (!isOfGame(update, definition) || fillGameId(definition.id, update.game_id) !== id) {
    return 'other_game';
  }
  if (!isOfType(update, definition)) return 'other_type';
  return isWithinBounds(update.score, definition) ? undefined : 'out_of_bounds';
}

function matchingBoards(update: BoardUpdate, definitions: readonly BoardDefinition[]): Board[] {
  return definitions
    .filter((definition) => isOfGame(update, definition) && isOfType(update, definition))
    .map((definition) => ({ id: fillGameId(definition.id, update.game_id), definition }));
}

function isOfGame(update: BoardUpdate, definition: BoardDefinition): boolean {
  return definition.scope !== 'game' || definition.game_id === update.game_id;
}

function isOfType(update: BoardUpdate, { update_types }: BoardDefinition): boolean {
  return update_types?.includes(update.update_type) ?? true;
}

/** Comparing doubles is exact: with at most 15 significant digits they have the order of the decimals. */
function isWithinBounds(
  score: number,
  { min_score: min, max_score: max }: BoardDefinition,
): boolean {
  return (min === undefined || score >= min) && (max === undefined || score <= max);
}
