import {
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { rankPartitions } from '@leaderboard/ranking';
import {
  batchGet,
  boardKey,
  changesOf,
  countPlayers,
  queryOf,
  RANK_INDEX,
  REGISTERED_BOARDS,
  standingsKey,
  toChangedBoardWindow,
  toRankedKey,
  toRegisteredBoard,
  toStandingRow,
  type Item,
  type QueryExpression,
  type RankedKey,
  type StandingRow,
} from '@leaderboard/tables';

export interface BoardReaderOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly sleep: (ms: number) => Promise<void>;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** The first standings of a board window, and how many it has in all. */
export interface BoardTop {
  readonly rows: readonly StandingRow[];
  readonly total: number;
}

/** Reads whole boards, where the projector reads players. Eventually consistent: recent changes are read again later. */
export class BoardReader {
  readonly #options: BoardReaderOptions;

  constructor(options: BoardReaderOptions) {
    this.#options = options;
  }

  /** Ids of all boards that have had a standing. */
  async readBoardIds(): Promise<string[]> {
    const items = await this.#queryAll(REGISTERED_BOARDS);
    return items.map((item) => toRegisteredBoard(item).id);
  }

  /** The board windows that changed in one bucket. @param bucketMs its start (ms since the epoch) */
  async readChanges(bucketMs: number): Promise<string[]> {
    const items = await this.#queryAll(changesOf(bucketMs));
    return items.map(toChangedBoardWindow);
  }

  /** Stores the number of players where the list of boards is read. @param countedAt ISO 8601 in UTC */
  async saveTotal(boardId: string, players: number, countedAt: string): Promise<void> {
    await this.#options.client.send(
      new UpdateCommand({
        TableName: this.#options.tableName,
        Key: boardKey(boardId),
        ...countPlayers(players, countedAt),
      }),
    );
  }

  /**
   * The first rows of a board window over all its shards, in no particular order. Every key of the index is read once:
   * the first ones for the rows, the rest to be counted.
   */
  async readTop(boardWindow: string, shards: number, limit: number): Promise<BoardTop> {
    const parts = await Promise.all(
      rankPartitions(boardWindow, shards).map((partition) => this.#readShard(partition, limit)),
    );
    const keys = parts
      .flatMap((part) => part.keys)
      .toSorted((a, b) => (a.rank_key < b.rank_key ? -1 : 1))
      .slice(0, limit)
      .map(({ player_id, board_window }) => standingsKey(player_id, board_window));
    const items = await batchGet(keys, { ...this.#options, consistentRead: false });
    return {
      rows: items.map(toStandingRow),
      total: parts.reduce((sum, { count }) => sum + count, 0),
    };
  }

  async #readShard(
    partition: string,
    limit: number,
  ): Promise<{ keys: RankedKey[]; count: number }> {
    const query = queryOf(RANK_INDEX, partition);
    const keys: RankedKey[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#query({ ...query, Limit: limit - keys.length }, start);
      keys.push(...(page.Items ?? []).map(toRankedKey));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && keys.length < limit);
    let count = keys.length;
    while (start !== undefined) {
      const page = await this.#query({ ...query, Select: 'COUNT' }, start);
      count += page.Count ?? 0;
      start = page.LastEvaluatedKey;
    }
    return { keys, count };
  }

  async #queryAll(query: BoardQuery): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#query(query, start);
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  async #query(query: BoardQuery, start: Item | undefined) {
    return this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        ...query,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
  }
}

type BoardQuery = QueryExpression & Pick<QueryCommandInput, 'Limit' | 'Select'>;
