import {
  LATEST_SORT_KEY,
  projection,
  queryOf,
  SNAPSHOT_ATTRIBUTES,
  SNAPSHOT_SUMMARY_ATTRIBUTES,
  snapshotKey,
  SNAPSHOTS_TABLE,
  toSnapshot,
  toSnapshotSummary,
  type Snapshot,
  type SnapshotSummary,
} from '@leaderboard/tables';
import type { TableClient } from './table-client.ts';

/** Reads the snapshots that the snapshotter stores. */
export class SnapshotReader {
  readonly #client: TableClient;
  readonly #tableName: string;

  constructor(client: TableClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /**
   * @param leaderboardId board and window, without the period: `GLOBAL#weekly`
   * @param asOf `LATEST`, or when it was taken: ISO 8601 in UTC with ms
   */
  async snapshot(leaderboardId: string, asOf: string): Promise<Snapshot | undefined> {
    const item = await this.#client.item({
      TableName: this.#tableName,
      Key: snapshotKey(leaderboardId, asOf),
      ...projection(SNAPSHOT_ATTRIBUTES),
    });
    return item && toSnapshot(item);
  }

  /** The dated snapshots, newest first; with `before`, only those taken before that instant. */
  async list(
    leaderboardId: string,
    limit: number,
    before: string | undefined,
  ): Promise<{ snapshots: SnapshotSummary[]; hasMore: boolean }> {
    const { items, hasMore } = await this.#client.lastItems(
      {
        TableName: this.#tableName,
        ...queryOf(SNAPSHOTS_TABLE, leaderboardId, {
          sortKey: { below: before ?? LATEST_SORT_KEY },
          attributes: SNAPSHOT_SUMMARY_ATTRIBUTES,
        }),
      },
      limit,
    );
    return { snapshots: items.map(toSnapshotSummary), hasMore };
  }
}
