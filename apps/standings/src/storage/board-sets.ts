import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BoardDefinition, BoardDefinitions } from '@leaderboard/ranking';
import {
  boardSet,
  buildProgress,
  DEPLOYED_SET,
  ifAbsent,
  STANDINGS_TABLE,
  toBoardSet,
  toBoardSetItem,
  toBuildProgress,
  toBuildProgressItem,
  type BoardSetIds,
  type BuildProgress,
} from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { DEPLOYED_ONLY, type CompletenessRecord } from './completeness-record.ts';

export interface BoardSetsOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** The boards that the stack was deployed with. */
  readonly deployed: BoardDefinitions;
}

/** The boards of a stack at one moment. */
export interface CurrentBoards {
  readonly ids: BoardSetIds;
  readonly served: BoardDefinitions;
  /** With the boards of the set that is being built. */
  readonly folded: BoardCatalog;
}

/** A set of boards that the table does not have. */
export class MissingBoardSetError extends Error {
  override readonly name = 'MissingBoardSetError';
  readonly code = 'MissingBoardSet';
}

/** The definitions of the boards, by set. A set never changes, so it is read once. */
export class BoardSets {
  readonly #options: BoardSetsOptions;
  readonly #sets = new Map<string, Promise<BoardDefinitions>>();

  constructor(options: BoardSetsOptions) {
    this.#options = options;
    this.#sets.set(DEPLOYED_SET, Promise.resolve(options.deployed));
  }

  /** @throws {MissingBoardSetError} and whatever the table throws */
  definitions(id: string): Promise<BoardDefinitions> {
    const known = this.#sets.get(id);
    if (known !== undefined) return known;
    const read = this.#read(id);
    this.#sets.set(id, read);
    read.catch(() => this.#sets.delete(id));
    return read;
  }

  /** The boards of the set that is served, and after them those of the set that is being built: all that is folded. */
  async folded({ serving, building }: BoardSetIds): Promise<BoardDefinition[]> {
    const ids = building === undefined ? [serving] : [serving, building];
    const sets = await Promise.all(ids.map((id) => this.definitions(id)));
    return sets.flatMap(({ boards }) => boards);
  }

  /** What the stack serves and what it folds, at this moment. */
  async current(record: Pick<CompletenessRecord, 'read'>): Promise<CurrentBoards> {
    const ids = (await record.read())?.sets ?? DEPLOYED_ONLY;
    return {
      ids,
      served: await this.definitions(ids.serving),
      folded: new BoardCatalog(await this.folded(ids)),
    };
  }

  /** Stores a set, unless it is there. @param createdAt ISO 8601 in UTC */
  async addIfAbsent(id: string, definitions: BoardDefinitions, createdAt: string): Promise<void> {
    try {
      await this.#options.client.send(
        new PutCommand({
          TableName: this.#options.tableName,
          Item: toBoardSetItem(id, definitions, createdAt),
          ...ifAbsent(STANDINGS_TABLE),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** How far a build was when that was noted last. */
  async progress(id: string): Promise<BuildProgress | undefined> {
    const { client, tableName } = this.#options;
    const { Items: [item] = [] } = await client.send(
      new QueryCommand({ TableName: tableName, ConsistentRead: true, ...buildProgress(id) }),
    );
    return item && toBuildProgress(item);
  }

  async noteProgress(id: string, progress: BuildProgress): Promise<void> {
    const { client, tableName } = this.#options;
    const Item = toBuildProgressItem(id, progress);
    await client.send(new PutCommand({ TableName: tableName, Item }));
  }

  async #read(id: string): Promise<BoardDefinitions> {
    const { client, tableName } = this.#options;
    const { Items: [item] = [] } = await client.send(
      new QueryCommand({ TableName: tableName, ConsistentRead: true, ...boardSet(id) }),
    );
    if (item === undefined) {
      throw new MissingBoardSetError(
        `The table ${tableName} has no board set ${id}, which it names as the one to use. Apply the boards again with boards:apply.`,
      );
    }
    return toBoardSet(item);
  }
}
