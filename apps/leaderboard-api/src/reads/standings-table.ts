import {
  RANKED_STANDING_ATTRIBUTES,
  REGISTERED_BOARDS,
  STANDINGS_NOTES,
  standingsKey,
  toRankedStanding,
  toRegisteredBoard,
  toStandingsNotes,
  type RankedStanding,
  type RegisteredBoard,
  type StandingsNotes,
} from '@leaderboard/tables';
import type { TableClient } from './table-client.ts';

/** The standings, and what projector, rebuild and snapshotter note beside them. */
export class StandingsTable {
  readonly #client: TableClient;
  readonly #tableName: string;

  constructor(client: TableClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /**
   * The standings of these players on a window of a board, in no particular order; players without one are left out.
   *
   * @param consistency `strong` sees every write that has completed; it costs twice as much as `eventual`.
   * @throws ThrottledReadError the table stays throttled
   */
  async standings(
    playerIds: readonly string[],
    boardWindow: string,
    consistency: 'strong' | 'eventual',
  ): Promise<RankedStanding[]> {
    const items = await this.#client.items(
      playerIds.map((id) => standingsKey(id, boardWindow)),
      {
        tableName: this.#tableName,
        consistentRead: consistency === 'strong',
        attributes: RANKED_STANDING_ATTRIBUTES,
      },
    );
    return items.map(toRankedStanding);
  }

  /** The boards that have had a standing. */
  async boards(): Promise<RegisteredBoard[]> {
    const query = { TableName: this.#tableName, ...REGISTERED_BOARDS };
    return (await this.#client.query(query)).map(toRegisteredBoard);
  }

  /** Strongly consistent: a note that revokes a claim is written before the change that makes the claim false. */
  async notes(): Promise<StandingsNotes> {
    const query = { TableName: this.#tableName, ConsistentRead: true, ...STANDINGS_NOTES };
    return toStandingsNotes(await this.#client.query(query));
  }
}
