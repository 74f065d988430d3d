import type { ApiClient } from '../api/api-client.ts';
import { ApiError } from '../api/api-error.ts';
import type { Board, LeaderboardPage } from '../generated/api-types.ts';
import { PlayerFeed, type PlayerReading } from '../player/player-feed.ts';
import { selectionOf, type Selection, type UrlState } from '../url-state.ts';
import { movementsBetween, type Movement } from './movements.ts';

/** The result of one poll. */
export interface Reading {
  selection: Selection;
  boards: readonly Board[];
  /** Undefined if the board does not exist. */
  page: LeaderboardPage | undefined;
  movements: Map<string, Movement>;
  player: PlayerReading | undefined;
}

/** Entries of a board that the page shows at most. */
export const TOP = 100;
/** The list of boards changes rarely: one in so many polls reads it. */
const POLLS_PER_BOARD_LIST = 12;

/** Reads everything that the page shows, and keeps the last page to compare the next one with. */
export class BoardFeed {
  readonly #client: ApiClient;
  readonly #players: PlayerFeed;
  #boards: readonly Board[] | undefined;
  #pollsOfBoards = 0;
  #lastPage: LeaderboardPage | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#players = new PlayerFeed(client);
  }

  /** @throws ApiError any part cannot be read: half a reading would be inconsistent. */
  async read(state: UrlState, signal: AbortSignal): Promise<Reading> {
    const boards = await this.#readBoards(signal);
    const selection = selectionOf(state, boards);
    const [page, player] = await Promise.all([
      this.#readPage(selection, signal),
      selection.player === undefined
        ? undefined
        : this.#players.read(selection, selection.player, signal),
    ]);
    signal.throwIfAborted();
    const movements = page === undefined ? new Map() : movementsBetween(this.#lastPage, page);
    this.#lastPage = page;
    return { selection, boards: withPlayersOf(page, boards), page, movements, player };
  }

  async #readBoards(signal: AbortSignal): Promise<readonly Board[]> {
    if (this.#boards === undefined || this.#pollsOfBoards >= POLLS_PER_BOARD_LIST) {
      this.#boards = (await this.#client.boards(signal)).boards;
      this.#pollsOfBoards = 0;
    }
    this.#pollsOfBoards += 1;
    return this.#boards;
  }

  async #readPage(place: Selection, signal: AbortSignal): Promise<LeaderboardPage | undefined> {
    try {
      return await this.#client.leaderboard(place, TOP, signal);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NotFound') return undefined;
      throw error;
    }
  }
}

/**
 * The list of boards counts the players of each board's first window, and is read rarely. The page counts those of one
 * window in every poll: where it is the same window, the two must agree.
 */
function withPlayersOf(
  page: LeaderboardPage | undefined,
  boards: readonly Board[],
): readonly Board[] {
  if (page === undefined) return boards;
  const { board: id, window, total } = page;
  return boards.map((board) =>
    board.id === id && board.windows[0] === window ? { ...board, players: total } : board,
  );
}
