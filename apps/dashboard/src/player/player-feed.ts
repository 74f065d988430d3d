import { isPlayerId } from '@leaderboard/contracts/ids';
import type { ApiClient, Place } from '../api/api-client.ts';
import { unlessMissing } from '../api/api-error.ts';
import type { Entry, HistoryEntry, PlayerPlace } from '../generated/api-types.ts';

/** One player on one board and window. */
export interface PlayerReading {
  playerId: string;
  /** Undefined if the player has no standing here. */
  standing: PlayerPlace | undefined;
  neighbours: readonly Entry[];
  /** Newest first; the same array until there are new updates. */
  history: readonly HistoryEntry[];
  /** Whether there are older updates than those in `history`. */
  hasOlder: boolean;
}

type History = Pick<PlayerReading, 'history' | 'hasOlder'>;

export const HISTORY_LIMIT = 100;
const NEIGHBOURS_EACH_SIDE = 3;
const NO_HISTORY: History = { history: [], hasOlder: false };

/** Reads a player, and the history only after the standing has changed. */
export class PlayerFeed {
  readonly #client: ApiClient;
  #cached: { of: string; history: History } | undefined;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async read(place: Place, playerId: string, signal: AbortSignal): Promise<PlayerReading> {
    if (!isPlayerId(playerId)) {
      return { playerId, standing: undefined, neighbours: [], ...NO_HISTORY };
    }
    const [standing, around] = await Promise.all([
      unlessMissing(this.#client.player(place, playerId, signal)),
      unlessMissing(this.#client.around(place, playerId, NEIGHBOURS_EACH_SIDE, signal)),
    ]);
    const history = await this.#history(place, playerId, standing, signal);
    return { playerId, standing, neighbours: around?.entries ?? [], ...history };
  }

  async #history(
    { board, window }: Place,
    playerId: string,
    standing: PlayerPlace | undefined,
    signal: AbortSignal,
  ): Promise<History> {
    const of = [board, window, playerId, standing?.updates, standing?.score].join(' ');
    if (this.#cached?.of === of) return this.#cached.history;
    const page = await unlessMissing(this.#client.history(playerId, HISTORY_LIMIT, signal));
    const history =
      page === undefined
        ? NO_HISTORY
        : { history: page.entries, hasOlder: page.next_cursor !== null };
    this.#cached = { of, history };
    return history;
  }
}
