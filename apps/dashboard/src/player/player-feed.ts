import { isPlayerId } from '@leaderboard/contracts/ids';
import type { ApiClient, Place } from '../api/api-client.ts';
import { ApiError } from '../api/api-error.ts';
import type { Entry, HistoryEntry, PlayerAnswer } from '../api/api-types.ts';

/** What is known of one player on one board and window. */
export interface PlayerReading {
  playerId: string;
  /** Absent when the player has no standing here. */
  standing: PlayerAnswer | undefined;
  neighbours: readonly Entry[];
  /** Newest first; the same array as long as nothing happened. */
  history: readonly HistoryEntry[];
  /** Whether there are older updates than those in `history`. */
  hasOlder: boolean;
}

type History = Pick<PlayerReading, 'history' | 'hasOlder'>;

export const HISTORY_LIMIT = 100;
const NEIGHBOURS_EACH_SIDE = 3;
const NO_HISTORY: History = { history: [], hasOlder: false };

/** Reads a player, and the history only when the standing says that there is something new in it. */
export class PlayerFeed {
  readonly #client: ApiClient;
  #remembered: { of: string; history: History } | undefined;

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
    standing: PlayerAnswer | undefined,
    signal: AbortSignal,
  ): Promise<History> {
    const of = [board, window, playerId, standing?.updates, standing?.score].join(' ');
    if (this.#remembered?.of === of) return this.#remembered.history;
    const answer = await unlessMissing(this.#client.history(playerId, HISTORY_LIMIT, signal));
    const history =
      answer === undefined
        ? NO_HISTORY
        : { history: answer.entries, hasOlder: answer.next_cursor !== null };
    this.#remembered = { of, history };
    return history;
  }
}

async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not_found') return undefined;
    throw error;
  }
}
