import {
  kindOfStanding,
  playerKey,
  standingsKey,
  toArchivedStanding,
  toPlayer,
  type PlayerItem,
  type StandingRow,
} from '@leaderboard/tables';
import type { TableClient } from './table-client.ts';

/** A player's standing on a board window, and how far the player's ledger is folded in. */
export interface PlayerStanding {
  readonly row: StandingRow;
  /** Version of the newest update that is folded in. */
  readonly version: number;
}

/** Reads what the standings hold of players, strongly consistent. */
export class PlayerReader {
  readonly #client: TableClient;
  readonly #tableName: string;

  constructor(client: TableClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** The present standings of a player; undefined if there are none. */
  async player(playerId: string): Promise<PlayerItem | undefined> {
    return (await this.#mains([playerId])).get(playerId);
  }

  /**
   * One standing of each of these players, by player; players without it are left out. A period that ended may be in an item of
   * its own: that takes a second request.
   *
   * @param key of the standing
   * @throws ThrottledReadError the table stays throttled
   */
  async standings(playerIds: readonly string[], key: string): Promise<Map<string, PlayerStanding>> {
    const mains = await this.#mains(playerIds);
    const found = new Map<string, PlayerStanding>();
    const archived: string[] = [];
    for (const [playerId, { applied, standings }] of mains) {
      const row = standings.get(key);
      const version = applied?.version ?? 0;
      if (row !== undefined) found.set(playerId, { row, version });
      else if (hasLaterPeriod(standings, key)) archived.push(playerId);
    }
    if (archived.length === 0) return found;
    const items = await this.#client.items(
      archived.map((playerId) => standingsKey(playerId, key)),
      { tableName: this.#tableName, consistentRead: true },
    );
    for (const row of items.map(toArchivedStanding)) {
      const version = mains.get(row.player_id)?.applied?.version ?? 0;
      found.set(row.player_id, { row, version });
    }
    return found;
  }

  async #mains(playerIds: readonly string[]): Promise<Map<string, PlayerItem>> {
    const items = await this.#client.items(playerIds.map(playerKey), {
      tableName: this.#tableName,
      consistentRead: true,
    });
    return new Map(items.map((item) => [String(item['player_id']), toPlayer(item)]));
  }
}

function hasLaterPeriod(standings: ReadonlyMap<string, StandingRow>, key: string): boolean {
  const kind = kindOfStanding(key);
  return [...standings.keys()].some((other) => other > key && kindOfStanding(other) === kind);
}
