import type { BoardDefinition, BoardDefinitions } from './board-definition.ts';
import { canNameSameBoard } from './board-id.ts';
import { findBoard } from './boards.ts';
import { toDefinitionIssues } from './definition-issues.ts';
import { BoardDefinitionsError, type DefinitionIssue } from './errors.ts';
import { validateBoardDefinitions } from './generated/validators.js';

/**
 * Validates the parsed JSON of a board definitions file against `board-definitions.schema.json` and the rules that a schema
 * cannot express, and fills in defaults (`shards`: 1). The argument is not changed. The README describes the format.
 *
 * @throws BoardDefinitionsError with every invalid key, its value and what to use.
 * @example const { boards } = parseBoardDefinitions(JSON.parse(readFileSync('boards.json', 'utf8')))
 */
export function parseBoardDefinitions(json: unknown): BoardDefinitions {
  // The validator fills in the defaults.
  const definitions: unknown = structuredClone(json);
  if (!validateBoardDefinitions(definitions)) {
    throw new BoardDefinitionsError(toDefinitionIssues(validateBoardDefinitions.errors ?? []));
  }
  const { default_board, boards } = definitions as BoardDefinitions;
  const issues = [
    ...boards.flatMap(checkBounds),
    ...checkIds(boards),
    ...checkDefaultBoard(default_board, boards),
  ];
  if (issues.length > 0) throw new BoardDefinitionsError(issues);
  return { default_board, boards };
}

function checkBounds(board: BoardDefinition, index: number): DefinitionIssue[] {
  const { min_score: min, max_score: max } = board;
  if (min === undefined || max === undefined || min <= max) return [];
  const message = `is ${min}; use at most the max_score, ${max}`;
  return [{ path: `/boards/${index}/min_score`, message }];
}

function checkIds(boards: readonly BoardDefinition[]): DefinitionIssue[] {
  return boards.flatMap((board, index) =>
    boards
      .slice(0, index)
      .filter((earlier) => canNameSameBoard(earlier.id, board.id))
      .map((earlier) => ({
        path: `/boards/${index}/id`,
        message: `is "${board.id}", which can name the same board as "${earlier.id}"; use an id that cannot be equal for any game id`,
      })),
  );
}

function checkDefaultBoard(id: string, boards: readonly BoardDefinition[]): DefinitionIssue[] {
  if (findBoard(id, boards) !== undefined) return [];
  return [
    {
      path: '/default_board',
      message: `is "${id}", which is not a board of any definition; use the id of a board, with the game filled in: ${boards.map((board) => board.id).join(', ')}`,
    },
  ];
}
