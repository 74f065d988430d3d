import { isPlayerId } from '@leaderboard/contracts/ids';
import type { ApiClient, Place } from '../api/api-client.ts';
import { unlessMissing } from '../api/api-error.ts';
import type { Entry, HistoryEntry } from '../generated/api-types.ts';

/** A player's place among all players of a board. */
export interface PlayerStanding extends Entry {
  total: number;
  /** Players at or below this rank, in percent, rounded down to hundredths: as the API counts it. */
  percentile: number;
}

/** One player on one board and window. */
export interface PlayerReading {
  playerId: string;
  /** Undefined if the player has no standing here. */
  standing: PlayerStanding | undefined;
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
    // Standing and neighbours in one response are of one moment.
    const around = await unlessMissing(
      this.#client.around(place, playerId, NEIGHBOURS_EACH_SIDE, signal),
    );
    const entry = around?.entries.find(({ player_id }) => player_id === playerId);
    const standing = around && entry && standingOf(entry, around.total);
    const history = await this.#history(place, playerId, standing, signal);
    return { playerId, standing, neighbours: around?.entries ?? [], ...history };
  }

  async #history(
    { board, window }: Place,
    playerId: string,
    standing: PlayerStanding | undefined,
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

function standingOf(entry: Entry, total: number): PlayerStanding {
  const percentile = Math.floor(((total - entry.rank + 1) * 10_000) / total) / 100;
  return { ...entry, total, percentile };
}
