import type { BoardDefinitions } from '@leaderboard/ranking';
import {
  boardKey,
  boardSet,
  COMPLETENESS_RECORD,
  DEPLOYED_SET,
  registeredBoards,
  STANDINGS_NOTES,
  toBoardSet,
  toCompleteBoards,
  toRegisteredBoard,
  toStandingsNotes,
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

  /** A board that has had a standing; undefined if it has not. */
  async board(boardId: string): Promise<RegisteredBoard | undefined> {
    const item = await this.#client.item({ TableName: this.#tableName, Key: boardKey(boardId) });
    return item && toRegisteredBoard(item);
  }

  /**
   * Boards that have had a standing, by id.
   *
   * @param prefix what their ids begin with
   * @param after only ids above this one
   */
  async boards(prefix: string, after: string, limit: number): Promise<RegisteredBoard[]> {
    const query = { TableName: this.#tableName, ...registeredBoards(prefix, after) };
    return (await this.#client.query(query, limit)).map(toRegisteredBoard);
  }

  /** The id of the set of boards that is served. */
  async servedSet(): Promise<string> {
    const query = { TableName: this.#tableName, ConsistentRead: true, ...COMPLETENESS_RECORD };
    const [item] = await this.#client.query(query);
    return item === undefined ? DEPLOYED_SET : toCompleteBoards(item).serving;
  }

  /** The boards of a set. @throws {Error} when there is no such set */
  async boardSet(id: string): Promise<BoardDefinitions> {
    const query = { TableName: this.#tableName, ConsistentRead: true, ...boardSet(id) };
    const [item] = await this.#client.query(query);
    if (item === undefined) throw new Error(`The table ${this.#tableName} has no board set ${id}.`);
    return toBoardSet(item);
  }

  /** Strongly consistent: a note that revokes a claim is written before the change that makes the claim false. */
  async notes(): Promise<StandingsNotes> {
    const query = { TableName: this.#tableName, ConsistentRead: true, ...STANDINGS_NOTES };
    return toStandingsNotes(await this.#client.query(query));
  }
}
