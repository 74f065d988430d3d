import { findBoard, idPrefixOf, type BoardDefinition } from '@leaderboard/ranking';
import type { RegisteredBoard } from '@leaderboard/tables';
import type { StandingsTable } from '../reads/standings-table.ts';

export interface BoardPage {
  readonly boards: readonly RegisteredBoard[];
  readonly hasMore: boolean;
}

/**
 * The boards in the order of their definitions, then by id. Boards that are not per game are listed without players too. A page
 * reads the boards that it lists, and not those of other pages.
 */
export class BoardList {
  readonly #definitions: readonly BoardDefinition[];
  readonly #table: StandingsTable;

  constructor(definitions: readonly BoardDefinition[], table: StandingsTable) {
    this.#definitions = definitions;
    this.#table = table;
  }

  /** @param after id of the last board of the page before */
  async page(after: string | undefined, limit: number): Promise<BoardPage> {
    const last = after === undefined ? undefined : findBoard(after, this.#definitions)?.definition;
    const first = last === undefined ? 0 : this.#definitions.indexOf(last);
    const boards: RegisteredBoard[] = [];
    for (const definition of this.#definitions.slice(first)) {
      const isBegun = definition === last;
      const wanted = limit + 1 - boards.length;
      if (definition.scope === 'per_game') {
        boards.push(...(await this.#perGame(definition, isBegun ? (after ?? '') : '', wanted)));
      } else if (!isBegun) {
        const { id } = definition;
        boards.push((await this.#table.board(id)) ?? { id, players: undefined });
      }
      if (boards.length > limit) return { boards: boards.slice(0, limit), hasMore: true };
    }
    return { boards, hasMore: false };
  }

  /** Boards of other definitions may lie between them. */
  async #perGame(
    definition: BoardDefinition,
    after: string,
    limit: number,
  ): Promise<RegisteredBoard[]> {
    const prefix = idPrefixOf(definition);
    const boards: RegisteredBoard[] = [];
    let position = after;
    while (boards.length < limit) {
      const found = await this.#table.boards(prefix, position, limit);
      boards.push(
        ...found.filter(({ id }) => findBoard(id, this.#definitions)?.definition === definition),
      );
      position = found.at(-1)?.id ?? position;
      if (found.length < limit) break;
    }
    return boards.slice(0, limit);
  }
}
