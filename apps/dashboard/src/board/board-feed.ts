import type { ApiClient } from '../api/api-client.ts';
import { ApiError } from '../api/api-error.ts';
import type { Board, LeaderboardAnswer } from '../api/api-types.ts';
import { PlayerFeed, type PlayerReading } from '../player/player-feed.ts';
import { selectionOf, type Selection, type UrlState } from '../url-state.ts';
import { movementsBetween, type Movement } from './movements.ts';

/** What one poll found out. */
export interface Reading {
  selection: Selection;
  boards: readonly Board[];
  /** Absent when the board does not exist. */
  page: LeaderboardAnswer | undefined;
  movements: Map<string, Movement>;
  player: PlayerReading | undefined;
}

/** The most that the page shows of a board. */
export const TOP = 100;
/** The list of boards changes rarely: it is read with every so many polls. */
const POLLS_PER_BOARD_LIST = 12;

/** Reads everything that the page shows, and remembers the last page to compare the next one with. */
export class BoardFeed {
  readonly #client: ApiClient;
  readonly #players: PlayerFeed;
  #boards: readonly Board[] | undefined;
  #pollsOfBoards = 0;
  #lastPage: LeaderboardAnswer | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#players = new PlayerFeed(client);
  }

  /** @throws ApiError when any part cannot be read: half a reading would contradict itself. */
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

  async #readPage(place: Selection, signal: AbortSignal): Promise<LeaderboardAnswer | undefined> {
    try {
      return await this.#client.leaderboard(place, TOP, signal);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return undefined;
      throw error;
    }
  }
}

/**
 * The list of boards counts the players of each board's first window, now and then. The page counts those of one window anew:
 * where it is the same window, the two must not contradict each other.
 */
function withPlayersOf(
  page: LeaderboardAnswer | undefined,
  boards: readonly Board[],
): readonly Board[] {
  if (page === undefined) return boards;
  const { board: id, window, total } = page;
  return boards.map((board) =>
    board.id === id && board.windows[0] === window ? { ...board, players: total } : board,
  );
}
