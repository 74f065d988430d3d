import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { integerOf, number, text, type Item } from '../table/attributes.ts';
import { LATEST_SORT_KEY, toSnapshot, toSnapshotItem } from './snapshot-item.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the snapshotter keeps how far it has read the news. A board id begins with a letter or a digit. */
const POSITION_KEY: Item = { leaderboard_id: text('#snapshotter'), as_of: text('position') };

export interface SnapshotStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How long a dated snapshot is kept, in seconds. */
  readonly ttlSeconds: number;
}

/** Snapshots, and the snapshotter's position in the news, in DynamoDB. */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;

  constructor(options: SnapshotStoreOptions) {
    this.#options = options;
  }

  async readLatest(leaderboardId: string): Promise<Snapshot | undefined> {
    const item = await this.#get({
      leaderboard_id: text(leaderboardId),
      as_of: text(LATEST_SORT_KEY),
    });
    return item && toSnapshot(item);
  }

  /** Keeps a snapshot under its date. False when this leaderboard has one of that very millisecond. */
  async addDated(snapshot: Snapshot): Promise<boolean> {
    const expiresAt = Math.floor(Date.parse(snapshot.as_of) / 1_000) + this.#options.ttlSeconds;
    return this.#put(
      { ...toSnapshotItem(snapshot, snapshot.as_of), expires_at: number(expiresAt) },
      { ConditionExpression: 'attribute_not_exists(leaderboard_id)' },
    );
  }

  /** Makes it the latest, unless that is of a later period, or was taken later. */
  async replaceLatest(snapshot: Snapshot): Promise<boolean> {
    return this.#put(toSnapshotItem(snapshot, LATEST_SORT_KEY), {
      ConditionExpression:
        'attribute_not_exists(leaderboard_id) OR #period < :period OR (#period = :period AND taken_at < :taken_at)',
      ExpressionAttributeNames: { '#period': 'period' },
      ExpressionAttributeValues: {
        ':period': text(snapshot.period),
        ':taken_at': text(snapshot.as_of),
      },
    });
  }

  /** Start of the oldest bucket of news that is not settled (ms since the epoch). */
  async readPosition(): Promise<number | undefined> {
    const item = await this.#get(POSITION_KEY);
    return item && integerOf(item, 'bucket');
  }

  async savePosition(bucketMs: number): Promise<void> {
    await this.#put({ ...POSITION_KEY, bucket: number(bucketMs) }, {});
  }

  async #get(key: Item): Promise<Item | undefined> {
    const { client, tableName } = this.#options;
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    return item;
  }

  async #put(
    item: Item,
    condition: {
      ConditionExpression?: string;
      ExpressionAttributeNames?: Record<string, string>;
      ExpressionAttributeValues?: Item;
    },
  ): Promise<boolean> {
    const { client, tableName } = this.#options;
    try {
      await client.send(new PutItemCommand({ TableName: tableName, Item: item, ...condition }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
