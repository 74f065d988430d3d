import {
  QueryCommand,
  UpdateItemCommand,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { rankPartitions } from '@leaderboard/ranking';
import { BOARDS_PARTITION, newsPartition } from '../table/announcements.ts';
import { number, text, textOf, type Item } from '../table/attributes.ts';
import { batchGet } from '../table/batch-get.ts';
import { RANK_INDEX, standingKey, toStandingRow } from '../table/standing-item.ts';
import type { StandingRow } from '../table/standing-row.ts';

export interface BoardReaderOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The first standings of a board window, and how many it has in all. */
export interface BoardTop {
  readonly rows: readonly StandingRow[];
  readonly total: number;
}

/** Reads whole boards, where the projector reads players. Eventually consistent: the news are read again for a while. */
export class BoardReader {
  readonly #options: BoardReaderOptions;

  constructor(options: BoardReaderOptions) {
    this.#options = options;
  }

  /** Ids of all boards that have had a standing. */
  async readBoardIds(): Promise<string[]> {
    const items = await this.#queryAll(inPartition('player_id', BOARDS_PARTITION));
    return items.map((item) => textOf(item, 'board_window'));
  }

  /** The board windows with news in one bucket. */
  async readNews(bucketMs: number): Promise<string[]> {
    const items = await this.#queryAll(inPartition('player_id', newsPartition(bucketMs)));
    return items.map((item) => textOf(item, 'board_window'));
  }

  /** Keeps the number of players where the list of boards is read. */
  async saveTotal(boardId: string, players: number, countedAt: string): Promise<void> {
    await this.#options.client.send(
      new UpdateItemCommand({
        TableName: this.#options.tableName,
        Key: standingKey(BOARDS_PARTITION, boardId),
        UpdateExpression: 'SET players = :players, counted_at = :counted_at',
        ExpressionAttributeValues: { ':players': number(players), ':counted_at': text(countedAt) },
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
      .toSorted((a, b) => (textOf(a, 'rank_key') < textOf(b, 'rank_key') ? -1 : 1))
      .slice(0, limit)
      .map((key) => standingKey(textOf(key, 'player_id'), textOf(key, 'board_window')));
    const items = await batchGet(keys, { ...this.#options, consistentRead: false });
    return {
      rows: items.map(toStandingRow),
      total: parts.reduce((sum, { count }) => sum + count, 0),
    };
  }

  async #readShard(partition: string, limit: number): Promise<{ keys: Item[]; count: number }> {
    const query = { IndexName: RANK_INDEX, ...inPartition('rank_partition', partition) };
    const keys: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#query({ ...query, Limit: limit - keys.length }, start);
      keys.push(...(page.Items ?? []));
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

  async #queryAll(query: PartialQuery): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#query(query, start);
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  async #query(query: PartialQuery, start: Item | undefined) {
    return this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        ...query,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
  }
}

type PartialQuery = Omit<QueryCommandInput, 'TableName'>;

function inPartition(keyAttribute: string, value: string): PartialQuery {
  return {
    KeyConditionExpression: `${keyAttribute} = :partition`,
    ExpressionAttributeValues: { ':partition': text(value) },
  };
}
