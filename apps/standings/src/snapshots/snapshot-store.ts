import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  ifAbsent,
  ifLatestIsOlder,
  LATEST_SORT_KEY,
  snapshotKey,
  SNAPSHOTS_TABLE,
  SNAPSHOTTER_POSITION_KEY,
  toDatedSnapshotItem,
  toLatestSnapshotItem,
  toSnapshot,
  toSnapshotterPosition,
  toSnapshotterPositionItem,
  type Item,
  type Snapshot,
  type SnapshotterPosition,
  type WriteCondition,
} from '@leaderboard/tables';

export interface SnapshotStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How long a dated snapshot is kept, in seconds. */
  readonly ttlSeconds: number;
}

/** Stores snapshots, and how far the snapshotter has read the changes of boards. */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
  }

  async readLatest(leaderboardId: string): Promise<Snapshot | undefined> {
    const item = await this.#get(snapshotKey(leaderboardId, LATEST_SORT_KEY));
    return item && toSnapshot(item);
  }

  /** Stores a snapshot under its date. @returns false when this leaderboard has one of the same millisecond */
  async addDated(snapshot: Snapshot): Promise<boolean> {
    return this.#put(
      toDatedSnapshotItem(snapshot, this.#options.ttlSeconds),
      ifAbsent(SNAPSHOTS_TABLE),
    );
  }

  /** Makes it the latest, unless that one is of a later period, or of the same one and as new. @returns whether it is */
  async replaceLatest(snapshot: Snapshot): Promise<boolean> {
    return this.#put(toLatestSnapshotItem(snapshot), ifLatestIsOlder(snapshot));
  }

  async readPosition(): Promise<SnapshotterPosition | undefined> {
    const item = await this.#get(SNAPSHOTTER_POSITION_KEY);
    return item && toSnapshotterPosition(item);
  }

  async savePosition(position: SnapshotterPosition): Promise<void> {
    await this.#put(toSnapshotterPositionItem(position));
  }

  async #get(key: Item): Promise<Item | undefined> {
    const { client, tableName } = this.#options;
    const { Item: item } = await client.send(
      new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    return item;
  }

  async #put(item: Item, condition?: WriteCondition): Promise<boolean> {
    const { client, tableName } = this.#options;
    try {
      await client.send(new PutCommand({ TableName: tableName, Item: item, ...condition }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
