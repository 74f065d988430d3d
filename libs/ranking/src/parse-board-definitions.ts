import type { BoardDefinition, BoardDefinitions } from './board-definition.ts';
import { GAME_ID_PLACEHOLDER, canNameOneBoard } from './board-id.ts';
import { findBoard } from './boards.ts';
import {
  BOARD_RULES,
  REQUIRED_BOARD_KEYS,
  below,
  checkKeys,
  shown,
  test,
} from './definition-rules.ts';
import { BoardDefinitionsError } from './errors.ts';
import type { DefinitionIssue } from './errors.ts';

const FILE_RULES = {
  $schema: test((value) => typeof value === 'string', 'the address of the JSON Schema'),
  default_board: test((value) => typeof value === 'string', 'the id of a board'),
  boards: test(
    (value) => Array.isArray(value) && value.length > 0,
    'a list with at least one board',
  ),
};

/** A board as it is in the file, once its keys are checked. */
type Written<D> = D extends BoardDefinition ? Omit<D, 'shards'> & { shards?: number } : never;
interface WrittenDefinitions {
  default_board: string;
  boards: Written<BoardDefinition>[];
}

/**
 * Checks the parsed JSON of a file of board definitions and fills in what may be left out (`shards`: 1). The
 * argument is not changed. The README has the format.
 *
 * @throws BoardDefinitionsError naming every key at fault, its value and the allowed values.
 * @example const { boards } = parseBoardDefinitions(JSON.parse(readFileSync('boards.json', 'utf8')))
 */
export function parseBoardDefinitions(json: unknown): BoardDefinitions {
  const issues = checkShape(json);
  if (issues.length > 0) throw new BoardDefinitionsError(issues);

  const { default_board, boards: written } = json as WrittenDefinitions;
  const boards = written.map((board): BoardDefinition => ({ ...board, shards: board.shards ?? 1 }));
  const conflicts = [
    ...boards.flatMap((board, index) => below(`/boards/${index}`, checkBoard(board))),
    ...checkIds(boards),
    ...checkDefaultBoard(default_board, boards),
  ];
  if (conflicts.length > 0) throw new BoardDefinitionsError(conflicts);
  return { default_board, boards };
}

/** Each key by itself; what keys mean together is judged only when each is well-formed. */
function checkShape(json: unknown): DefinitionIssue[] {
  if (!isObject(json)) {
    return [
      { path: '', message: `is ${shown(json)}; use an object with default_board and boards` },
    ];
  }
  const issues = checkKeys(json, FILE_RULES, ['default_board', 'boards']);
  const boards = 'boards' in json && Array.isArray(json.boards) ? (json.boards as unknown[]) : [];
  return [
    ...issues,
    ...boards.flatMap((board, index) =>
      below(
        `/boards/${index}`,
        isObject(board)
          ? checkKeys(board, BOARD_RULES, REQUIRED_BOARD_KEYS)
          : [{ path: '', message: `is ${shown(board)}; use an object` }],
      ),
    ),
  ];
}

function checkBoard(board: BoardDefinition): DefinitionIssue[] {
  const issues: DefinitionIssue[] = [];
  const hasPlaceholder = board.id.includes(GAME_ID_PLACEHOLDER);
  if (hasPlaceholder !== (board.scope === 'per_game')) {
    issues.push({
      path: '/id',
      message: hasPlaceholder
        ? `is "${board.id}" on a board of scope ${board.scope}; only a per_game board has ${GAME_ID_PLACEHOLDER} in its id`
        : `is "${board.id}" on a per_game board; put ${GAME_ID_PLACEHOLDER} into it, for example "${board.id}:${GAME_ID_PLACEHOLDER}"`,
    });
  }
  if ('game_id' in board !== (board.scope === 'game')) {
    issues.push({
      path: '/game_id',
      message:
        board.scope === 'game'
          ? 'is missing; a board of scope game names its game'
          : `is not for a board of scope ${board.scope}; use scope game for the board of one game`,
    });
  }
  const { min_score: min, max_score: max } = board;
  if (min !== undefined && max !== undefined && min > max) {
    issues.push({ path: '/min_score', message: `is ${min}; use at most the max_score, ${max}` });
  }
  return issues;
}

function checkIds(boards: readonly BoardDefinition[]): DefinitionIssue[] {
  return boards.flatMap((board, index) =>
    boards
      .slice(0, index)
      .filter((earlier) => canNameOneBoard(earlier.id, board.id))
      .map((earlier) => ({
        path: `/boards/${index}/id`,
        message: `is "${board.id}", which can name the same board as "${earlier.id}"; use an id that no game id makes equal`,
      })),
  );
}

function checkDefaultBoard(id: string, boards: readonly BoardDefinition[]): DefinitionIssue[] {
  if (findBoard(id, boards) !== undefined) return [];
  return [
    {
      path: '/default_board',
      message: `is "${id}", which no definition gives; use the id of a board, with the game filled in: ${boards.map((board) => board.id).join(', ')}`,
    },
  ];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
