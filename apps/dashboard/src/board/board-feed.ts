import type { ApiClient } from '../api/api-client.ts';
import { unlessMissing } from '../api/api-error.ts';
import type { Board, Distribution, LeaderboardPage } from '../generated/api-types.ts';
import { PlayerFeed, type PlayerReading } from '../player/player-feed.ts';
import { selectionOf, type Selection, type UrlState } from '../url-state.ts';
import { movementsBetween, type Movement, type Ranking } from './movements.ts';
import { PAGE_SIZE } from './rank-pages.ts';

/** The result of one poll. */
export interface Reading {
  selection: Selection;
  boards: readonly Board[];
  /** Undefined if the board does not exist. */
  page: LeaderboardPage | undefined;
  movements: Map<string, Movement>;
  /** Of all scores of the board; the same object until it is read again. Undefined if the board does not exist. */
  distribution: Distribution | undefined;
  player: PlayerReading | undefined;
}

/** The list of boards and the distribution change slowly: one in so many polls reads them. */
const POLLS_PER_SLOW_READ = 12;
const BUCKETS = 24;
/** Percent of the players at either end that share one bucket: a few scores far from the others leave room for those. */
const TAILS = 2;

/** Reads everything that the page shows, and keeps the last page to compare the next one with. */
export class BoardFeed {
  readonly #client: ApiClient;
  readonly #players: PlayerFeed;
  #boards: readonly Board[] | undefined;
  #pollsOfBoards = 0;
  #distribution: { of: string; read: Distribution | undefined } | undefined;
  #pollsOfDistribution = 0;
  #lastRanking: Ranking | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#players = new PlayerFeed(client);
  }

  /** @throws ApiError any part cannot be read: half a reading would be inconsistent. */
  async read(state: UrlState, signal: AbortSignal): Promise<Reading> {
    const boards = await this.#readBoards(signal);
    const selection = selectionOf(state, boards);
    const [page, distribution, player] = await Promise.all([
      this.#readPage(selection, signal),
      this.#readDistribution(selection, signal),
      selection.player === undefined
        ? undefined
        : this.#players.read(selection, selection.player, signal),
    ]);
    signal.throwIfAborted();
    const ranking = page && { ...page, from: selection.rank };
    const movements =
      ranking === undefined ? new Map() : movementsBetween(this.#lastRanking, ranking);
    this.#lastRanking = ranking;
    return {
      selection,
      boards: withPlayersOf(page, boards),
      page,
      movements,
      distribution,
      player,
    };
  }

  async #readBoards(signal: AbortSignal): Promise<readonly Board[]> {
    if (this.#boards === undefined || this.#pollsOfBoards >= POLLS_PER_SLOW_READ) {
      this.#boards = (await this.#client.boards(signal)).boards;
      this.#pollsOfBoards = 0;
    }
    this.#pollsOfBoards += 1;
    return this.#boards;
  }

  async #readDistribution(
    place: Selection,
    signal: AbortSignal,
  ): Promise<Distribution | undefined> {
    const of = [place.board, place.window].join(' ');
    if (this.#distribution?.of !== of || this.#pollsOfDistribution >= POLLS_PER_SLOW_READ) {
      const read = await unlessMissing(this.#client.distribution(place, BUCKETS, TAILS, signal));
      this.#distribution = { of, read };
      this.#pollsOfDistribution = 0;
    }
    this.#pollsOfDistribution += 1;
    return this.#distribution.read;
  }

  #readPage(place: Selection, signal: AbortSignal): Promise<LeaderboardPage | undefined> {
    return unlessMissing(this.#client.leaderboard(place, PAGE_SIZE, place.rank, signal));
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
