import { QueryCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  boardKey,
  changesOf,
  countPlayers,
  REGISTERED_BOARDS,
  toChangedBoardWindows,
  toRegisteredBoard,
  type Item,
  type QueryExpression,
} from '@leaderboard/tables';

export interface BoardReaderOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Reads what the projector notes about boards. Eventually consistent: recent changes are read again later. */
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
    return [...new Set(items.flatMap(toChangedBoardWindows))];
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

  async #queryAll(query: QueryExpression): Promise<Item[]> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.tableName,
          ...query,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }
}
