import {
  boardDefinitionHash,
  boardsFor,
  findBoard,
  parseBoardWindow,
  windowsOf,
  type Board,
  type BoardDefinition,
  type BoardUpdate,
} from '@leaderboard/ranking';

/** One window of one board on which an update counts. */
export interface BoardWindowTarget {
  readonly boardWindow: string;
  readonly board: Board;
  readonly definitionHash: string;
}

/** The configured boards with their hashes, computed once. */
export class BoardCatalog {
  readonly definitions: readonly BoardDefinition[];
  /** The hashes of the definitions, sorted. */
  readonly hashList: readonly string[];
  /** What `#applied` stores of the definitions: their hashes, sorted, joined by commas. */
  readonly hashes: string;
  readonly #hashOf: ReadonlyMap<BoardDefinition, string>;

  constructor(definitions: readonly BoardDefinition[]) {
    this.definitions = definitions;
    this.#hashOf = new Map(
      definitions.map((definition) => [definition, boardDefinitionHash(definition)]),
    );
    this.hashList = [...this.#hashOf.values()].toSorted();
    this.hashes = this.hashList.join(',');
  }

  /** Every window in which the update counts. */
  targetsOf(update: BoardUpdate & { occurred_at: string }): BoardWindowTarget[] {
    return boardsFor(update, this.definitions).flatMap((board) =>
      windowsOf(board, update.occurred_at).map((boardWindow) => ({
        boardWindow,
        board,
        definitionHash: this.#hash(board.definition),
      })),
    );
  }

  /** Whether standings that were folded for these definitions are folded for all of the current ones. */
  isCoveredBy(hashes: string): boolean {
    if (hashes === this.hashes) return true;
    const folded = new Set(hashes.split(','));
    return [...this.#hashOf.values()].every((hash) => folded.has(hash));
  }

  /** The current hash for a stored board window; undefined when no current definition has such a board and window. */
  hashOf(boardWindow: string): string | undefined {
    const board = this.boardOf(boardWindow);
    return board && this.#hash(board.definition);
  }

  /** The board of a stored board window, if a current definition has it with that window. */
  boardOf(boardWindow: string): Board | undefined {
    const parsed = parseBoardWindow(boardWindow);
    const board = parsed && findBoard(parsed.board_id, this.definitions);
    return board?.definition.windows.includes(parsed?.window ?? 'all_time') ? board : undefined;
  }

  #hash(definition: BoardDefinition): string {
    return this.#hashOf.get(definition) ?? boardDefinitionHash(definition);
  }
}
