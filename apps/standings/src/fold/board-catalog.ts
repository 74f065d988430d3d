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
import { standingKey } from '@leaderboard/tables';

/** One window of one board on which an update counts. */
export interface BoardWindowTarget {
  /** `standingKey` of it. */
  readonly key: string;
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
  readonly #known: ReadonlySet<string>;

  /** @param definitions may have a board in several definitions; equal ones count once */
  constructor(definitions: readonly BoardDefinition[]) {
    const byHash = new Map<string, BoardDefinition>();
    for (const definition of definitions) {
      const hash = boardDefinitionHash(definition);
      if (!byHash.has(hash)) byHash.set(hash, definition);
    }
    this.definitions = [...byHash.values()];
    this.#hashOf = new Map([...byHash].map(([hash, definition]) => [definition, hash]));
    this.hashList = [...byHash.keys()].toSorted();
    this.hashes = this.hashList.join(',');
    this.#known = new Set(this.hashList);
  }

  /** Every window in which the update counts. */
  targetsOf(update: BoardUpdate & { occurred_at: string }): BoardWindowTarget[] {
    return boardsFor(update, this.definitions).flatMap((board) =>
      windowsOf(board, update.occurred_at).map((boardWindow) => {
        const definitionHash = this.#hash(board.definition);
        const key = standingKey({ board_window: boardWindow, definition_hash: definitionHash });
        return { key, boardWindow, board, definitionHash };
      }),
    );
  }

  /** Whether a standing with this hash is folded for one of the definitions. */
  folds(hash: string): boolean {
    return this.#known.has(hash);
  }

  /** Whether standings that were folded for these definitions are folded for all of the current ones. */
  isCoveredBy(hashes: string): boolean {
    if (hashes === this.hashes) return true;
    const folded = new Set(hashes.split(','));
    return this.hashList.every((hash) => folded.has(hash));
  }

  /** The board of a stored board window under each of its definitions that has that window. */
  boardsOf(boardWindow: string): { readonly id: string; readonly hash: string }[] {
    const parsed = parseBoardWindow(boardWindow);
    if (parsed === undefined) return [];
    return [...this.#hashOf].flatMap(([definition, hash]) => {
      const board = findBoard(parsed.board_id, [definition]);
      return board && definition.windows.includes(parsed.window) ? { id: board.id, hash } : [];
    });
  }

  /** The board of a stored board window, if one of the definitions has it with that window. */
  boardOf(boardWindow: string): Board | undefined {
    const parsed = parseBoardWindow(boardWindow);
    const board = parsed && findBoard(parsed.board_id, this.definitions);
    return board?.definition.windows.includes(parsed?.window ?? 'all_time') ? board : undefined;
  }

  #hash(definition: BoardDefinition): string {
    return this.#hashOf.get(definition) ?? boardDefinitionHash(definition);
  }
}
