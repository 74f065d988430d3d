import { rankPartition, rankStart } from '@leaderboard/ranking';
import type { RankedStanding } from '@leaderboard/tables';
import { mergedKeys } from './merged-keys.ts';
import type { KeyRange, KeysQuery, Place, RankIndex } from './rank-index.ts';
import {
  entryOfPlace,
  entryOfStanding,
  type PlacedEntry,
  type RankedEntry,
} from './ranked-entry.ts';
import { ranksAmongOthers, ranksOfNeighbours } from './ranks.ts';
import type { ReadTarget } from './read-target.ts';
import type { StandingsTable } from './standings-table.ts';

/** What a read found, and whether it is consistent. */
export interface RankedRead {
  /** In order of rank. */
  readonly entries: readonly RankedEntry[];
  /** Players on this window of the board. */
  readonly total: number;
  /** Whether table and index agree on each of these players, and all are folded under the current definition. */
  readonly isSettled: boolean;
}

export interface RankedPage extends RankedRead {
  /** Rank key of the last entry, when there are more after it. */
  readonly nextAfter: string | undefined;
}

/**
 * Exact ranks by counting: a rank is 1 + the number of players with a better key. Every key of the board is listed or
 * counted once in a read, so `total` costs nothing beyond a rank; nothing is estimated or cached between reads. A read
 * is not a snapshot: a player that moves while it runs may be counted twice or not at all.
 */
export class RankedReads {
  readonly #index: RankIndex;
  readonly #table: StandingsTable;

  constructor(index: RankIndex, table: StandingsTable) {
    this.#index = index;
    this.#table = table;
  }

  /** The entries after a rank key, or the first ones. */
  async page(target: ReadTarget, limit: number, after: string | undefined): Promise<RankedPage> {
    const keys = await this.#keys(target, 'forward', after, limit);
    const last = keys.at(-1);
    if (last === undefined) {
      const total = after === undefined ? 0 : await this.#count(target, {});
      return { entries: [], total, isSettled: true, nextAfter: undefined };
    }
    const [neighbours, following] = await Promise.all([
      this.#neighbours(target, keys, { isFromStart: after === undefined }),
      keys.length < limit ? 0 : this.#count(target, { after: last.rank_key }),
    ]);
    return {
      ...combined(neighbours.places),
      total: neighbours.before + keys.length + following,
      nextAfter: following > 0 ? last.rank_key : undefined,
    };
  }

  /** A player and up to `limit` others on either side; undefined when the player has no standing there. */
  async around(
    target: ReadTarget,
    playerId: string,
    limit: number,
  ): Promise<RankedRead | undefined> {
    const [own] = await this.#table.standings([playerId], target.key, 'strong');
    if (own === undefined) return undefined;
    const { above, below } = await this.#others(target, own, limit);
    const keys = [...above.keys.toReversed(), own, ...below.keys];
    const last = keys.at(-1) ?? own;
    const [neighbours, following, isIndexed] = await Promise.all([
      this.#neighbours(target, keys, { isFromStart: above.isEnd, own }),
      below.isEnd ? 0 : this.#count(target, { after: last.rank_key }, [playerId]),
      this.#isIndexed(target, own),
    ]);
    const { entries, isSettled } = combined(neighbours.places);
    const total = neighbours.before + keys.length + following;
    return { entries, total, isSettled: isSettled && isIndexed };
  }

  /** The places of these players; a player without a standing there has no entry. */
  async placesOf(target: ReadTarget, playerIds: readonly string[]): Promise<RankedRead> {
    const standings = await this.#table.standings(playerIds, target.key, 'strong');
    standings.sort((a, b) => (a.rank_key < b.rank_key ? -1 : 1));
    const keys = standings.map(({ rank_key }) => rank_key);
    const { tie_break } = target.board.definition;
    const starts = [...new Set(keys.map((key) => rankStart(key, tie_break)))];
    // The counts leave these players out: their places come from the table, whatever the index still lists.
    const found = standings.map(({ player_id }) => player_id);
    const [others, indexed] = await Promise.all([
      Promise.all(rangesBetween(starts).map((range) => this.#count(target, range, found))),
      Promise.all(standings.map((standing) => this.#isIndexed(target, standing))),
    ]);
    const ranks = ranksAmongOthers(keys, starts, others, tie_break);
    const { entries, isSettled } = combined(
      standings.map((standing, index) => entryOfStanding(ranks[index] ?? 0, standing, target)),
    );
    return {
      entries,
      total: standings.length + sum(others),
      isSettled: isSettled && indexed.every((isIndexed) => isIndexed),
    };
  }

  /** Players on this window of the board. */
  total(target: ReadTarget): Promise<number> {
    return this.#count(target, {});
  }

  /** The keys on either side of a player, nearest first. */
  async #others(target: ReadTarget, { player_id, rank_key }: RankedStanding, limit: number) {
    const side = async (direction: KeysQuery['direction']) => {
      // One more than needed, because the index may still list the player at a former place.
      const listed = await this.#keys(target, direction, rank_key, limit + 1);
      const keys = listed.filter((key) => key.player_id !== player_id);
      return { keys: keys.slice(0, limit), isEnd: listed.length <= limit };
    };
    const [above, below] = await Promise.all([side('backward'), side('forward')]);
    return { above, below };
  }

  /**
   * The places of consecutive keys.
   *
   * @param isFromStart no player ranks before the first key
   * @param own a standing among them that has been read already
   */
  async #neighbours(
    target: ReadTarget,
    keys: readonly Place[],
    { isFromStart, own }: { isFromStart: boolean; own?: RankedStanding },
  ): Promise<{ places: PlacedEntry[]; before: number }> {
    const { tie_break } = target.board.definition;
    const first = keys[0]?.rank_key ?? '';
    const start = rankStart(first, tie_break);
    const except = own ? [own.player_id] : [];
    const others = keys.map(({ player_id }) => player_id).filter((id) => id !== own?.player_id);
    const [better, tied, read] = await Promise.all([
      isFromStart ? 0 : this.#count(target, { below: start }, except),
      isFromStart || start === first
        ? 0
        : this.#count(target, { from: start, below: first }, except),
      this.#table.standings(others, target.key, 'eventual'),
    ]);
    const standings = new Map([...read, ...(own ? [own] : [])].map((one) => [one.player_id, one]));
    const ranks = ranksOfNeighbours(
      keys.map(({ rank_key }) => rank_key),
      { better, tied },
      tie_break,
    );
    const places = keys.map((key, index) =>
      entryOfPlace(ranks[index] ?? 0, key, standings.get(key.player_id), target),
    );
    return { places, before: better + tied };
  }

  #keys(
    { partitions }: ReadTarget,
    direction: KeysQuery['direction'],
    beyond: string | undefined,
    limit: number,
  ): Promise<Place[]> {
    return mergedKeys(this.#index, { partitions, direction, beyond, limit });
  }

  async #count(
    { partitions }: ReadTarget,
    range: KeyRange,
    except: readonly string[] = [],
  ): Promise<number> {
    return sum(
      await Promise.all(partitions.map((partition) => this.#index.count(partition, range, except))),
    );
  }

  #isIndexed(
    { key, board }: ReadTarget,
    { player_id, rank_key }: RankedStanding,
  ): Promise<boolean> {
    return this.#index.has(rankPartition(key, player_id, board.definition.shards), rank_key);
  }
}

/** The ranges below the first of these keys, between each two of them, and from the last on. */
function rangesBetween(starts: readonly string[]): KeyRange[] {
  return [...starts, undefined].map((below, index) => {
    const from = starts[index - 1];
    return { ...(from !== undefined && { from }), ...(below !== undefined && { below }) };
  });
}

function combined(places: readonly PlacedEntry[]): Pick<RankedRead, 'entries' | 'isSettled'> {
  return {
    entries: places.flatMap(({ entry }) => entry ?? []),
    isSettled: places.every(({ isSettled }) => isSettled),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
