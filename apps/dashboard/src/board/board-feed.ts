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

/** `asc` where the lowest score leads. */
export function orderOf({ boards, selection }: Pick<Reading, 'boards' | 'selection'>): string {
  return boards.find(({ id }) => id === selection.board)?.order ?? 'desc';
}

/** The list of boards and the distribution change slowly: one in so many polls reads them. */
const POLLS_PER_SLOW_READ = 12;
const BUCKETS = 24;
/** Percent of the players at either end that share one bucket: a few scores far from the others leave room for those. */
const TAILS = 2;

/** Keeps what was read for some polls of the same thing. */
class SlowRead<T> {
  #kept: { of: string; value: T; polls: number } | undefined;

  async get(of: string, read: () => Promise<T>): Promise<T> {
    if (this.#kept?.of !== of || this.#kept.polls >= POLLS_PER_SLOW_READ) {
      this.#kept = { of, value: await read(), polls: 0 };
    }
    this.#kept.polls += 1;
    return this.#kept.value;
  }
}

/** Reads everything that the page shows, and keeps the last page to compare the next one with. */
export class BoardFeed {
  readonly #client: ApiClient;
  readonly #players: PlayerFeed;
  readonly #boards = new SlowRead<readonly Board[]>();
  readonly #distribution = new SlowRead<Distribution | undefined>();
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

  #readBoards(signal: AbortSignal): Promise<readonly Board[]> {
    return this.#boards.get('', async () => (await this.#client.boards(signal)).boards);
  }

  #readDistribution(place: Selection, signal: AbortSignal): Promise<Distribution | undefined> {
    return this.#distribution.get([place.board, place.window].join(' '), () =>
      unlessMissing(this.#client.distribution(place, BUCKETS, TAILS, signal)),
    );
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
