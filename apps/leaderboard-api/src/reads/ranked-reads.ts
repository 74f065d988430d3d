import { rankKey, rankStart } from '@leaderboard/ranking';
import type { BoardRanks, WindowCut } from '@leaderboard/ranks';
import type { BoardCuts } from './board-cuts.ts';
import type { PlayerReader, PlayerStanding } from './player-reader.ts';
import { rankedEntries, type RankedEntry } from './ranked-entry.ts';
import type { ReadTarget } from './read-target.ts';

/** What a read of a board says about itself. */
export interface BoardRead {
  /** Players on this window of the board. */
  readonly total: number;
  /** Whether every number is counted in one cut of the board. */
  readonly isSettled: boolean;
  /** When the cut was read (ms since the epoch). */
  readonly readAtMs: number;
}

export interface RankedRead extends BoardRead {
  /** In order of rank. */
  readonly entries: readonly RankedEntry[];
}

export interface RankedPage extends RankedRead {
  /** Rank key of the last entry, when there are more after it. */
  readonly nextAfter: string | undefined;
}

/** The places of players, with the version up to which each one's ledger is folded in. */
export interface PlacesRead extends RankedRead {
  readonly versions: ReadonlyMap<string, number>;
}

/** Where a page begins: at the start, after a rank key, or at a position (1 is the first, -1 the last). */
export type PageStart = { readonly after: string } | { readonly position: number } | undefined;

/** Attempts to find players at the places that their standings say: the second one reads both anew. */
const MAX_ATTEMPTS = 2;

export interface RankedReadsOptions {
  readonly ranks: BoardRanks;
  readonly cuts: BoardCuts;
  readonly players: PlayerReader;
}

/**
 * Exact ranks by counting: a rank is 1 + the number of players with a better key. Everything that a read returns is of one cut
 * of the board: for every player what a prefix of that player's ledger gives. What a read costs does not depend on the board.
 */
export class RankedReads {
  readonly #options: RankedReadsOptions;

  constructor(options: RankedReadsOptions) {
    this.#options = options;
  }

  /** Reads one window of a board at one moment. */
  async cut<T extends object>(
    target: ReadTarget,
    read: (cut: WindowCut) => Promise<T>,
    isFresh = false,
  ): Promise<T & BoardRead> {
    const { ranks, cuts } = this.#options;
    const { cut, readAtMs } = cuts.get(target.partition, isFresh);
    return ranks.read(
      target.partition,
      target.windowName,
      async (windowCut) => ({
        isSettled: true,
        ...(await read(windowCut)),
        total: windowCut.total,
        readAtMs,
      }),
      cut,
    );
  }

  /** The entries from a place on, or the first ones. */
  page(target: ReadTarget, limit: number, start: PageStart): Promise<RankedPage> {
    return this.cut(target, async (cut) => {
      let from: string | undefined;
      if (start !== undefined) {
        from =
          'after' in start
            ? start.after
            : await cut.keyAfter(
                start.position > 0 ? start.position - 1 : Math.max(0, cut.total + start.position),
              );
        if (from === undefined) return { entries: [], nextAfter: undefined };
      }
      const isIncluded = start === undefined || !('after' in start);
      const found = await cut.entries('forward', limit + 1, from, isIncluded);
      const entries = found.slice(0, limit);
      return {
        entries: await this.#ranked(cut, entries, target, from === undefined),
        nextAfter: found.length > limit ? entries.at(-1)?.key : undefined,
      };
    });
  }

  /** A player and up to `limit` others on either side; undefined when the player has no standing there. */
  async around(
    target: ReadTarget,
    playerId: string,
    limit: number,
  ): Promise<PlacesRead | undefined> {
    return this.#withPlayers(target, [playerId], async (cut, standings) => {
      const own = standings.get(playerId);
      if (own === undefined) return undefined;
      const key = rankKey(own.row, target.board.definition);
      const [above, fromOwn] = await Promise.all([
        cut.entries('backward', limit, key, false),
        cut.entries('forward', limit + 1, key),
      ]);
      return this.#ranked(cut, [...above.toReversed(), ...fromOwn], target, false);
    });
  }

  /** The places of these players; a player without a standing there has no entry. */
  async placesOf(target: ReadTarget, playerIds: readonly string[]): Promise<PlacesRead> {
    const { definition } = target.board;
    const read = await this.#withPlayers(target, playerIds, async (cut, standings) => {
      const entries = await Promise.all(
        [...standings.values()].map(async ({ row }) => {
          const key = rankKey(row, definition);
          const rank = 1 + (await cut.below(rankStart(key, definition.tie_break)));
          const { player_id, score, updates, achieved_at } = row;
          return { key, entry: { rank, player_id, score, updates, achieved_at } };
        }),
      );
      return entries.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
    });
    if (read === undefined) throw new Error('Places are read of a board that there is not.');
    return read;
  }

  /**
   * Reads players and a cut of their board, and both once more if they do not agree: each player's key must be in the cut, with
   * the same number of updates.
   */
  async #withPlayers(
    target: ReadTarget,
    playerIds: readonly string[],
    read: (
      cut: WindowCut,
      standings: ReadonlyMap<string, PlayerStanding>,
    ) => Promise<RankedEntry[] | undefined>,
  ): Promise<PlacesRead | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const standings = this.#options.players.standings(playerIds, target.standingKey);
      const reading = this.cut(
        target,
        async (cut) => {
          const found = await standings;
          const [entries, isSettled] = await Promise.all([
            read(cut, found),
            areInCut(cut, found.values(), target),
          ]);
          const versions = new Map([...found].map(([id, { version }]) => [id, version]));
          return { entries, isSettled, versions };
        },
        attempt > 1,
      );
      const [{ entries, ...result }] = await Promise.all([reading, standings]);
      if (entries === undefined) return undefined;
      if (result.isSettled || attempt === MAX_ATTEMPTS) return { ...result, entries };
    }
  }

  /** @param isFromStart no player ranks before the first entry */
  async #ranked(
    cut: WindowCut,
    entries: Parameters<typeof rankedEntries>[0],
    target: ReadTarget,
    isFromStart: boolean,
  ): Promise<RankedEntry[]> {
    const [first] = entries;
    if (first === undefined || isFromStart) {
      return rankedEntries(entries, target, { before: 0, better: 0 });
    }
    const start = rankStart(first.key, target.board.definition.tie_break);
    const [before, better] = await Promise.all([
      cut.below(first.key),
      start === first.key ? undefined : cut.below(start),
    ]);
    return rankedEntries(entries, target, { before, better: better ?? before });
  }
}

/** Whether the cut has each of these standings as it is. */
async function areInCut(
  cut: WindowCut,
  standings: Iterable<PlayerStanding>,
  { board }: ReadTarget,
): Promise<boolean> {
  const agree = await Promise.all(
    [...standings].map(async ({ row }) => {
      const entry = await cut.at(rankKey(row, board.definition));
      return entry?.net === 1 && entry.updates === row.updates;
    }),
  );
  return agree.every((isInCut) => isInCut);
}
