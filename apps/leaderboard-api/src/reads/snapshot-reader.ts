import { GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { instantMs } from '@leaderboard/ranking';
import { decimalOf, integerOf, projection, text, textOf, type Item } from './attributes.ts';
import { lastItems } from './partition-query.ts';
import type { RankedEntry } from './ranked-entry.ts';
import type { ReadMeter } from './read-meter.ts';

/** Sort key of the newest snapshot; the others have their `as_of` there, which sorts below it. */
export const LATEST = 'LATEST';

export interface SnapshotSummary {
  /** When it was taken. */
  readonly asOf: string;
  readonly period: string;
  /** Players on the board then. */
  readonly total: number;
  /** Entries that it holds. */
  readonly entryCount: number;
}

/** The top of one window of a board, as the snapshotter stored it. */
export interface StoredSnapshot {
  readonly leaderboardId: string;
  readonly board: string;
  readonly window: string;
  readonly period: string;
  readonly asOf: string;
  readonly total: number;
  readonly entries: readonly RankedEntry[];
}

export interface SnapshotReaderOptions {
  readonly client: DynamoDBClient;
  readonly snapshotsTableName: string;
  readonly meter: ReadMeter;
}

/** Reads the snapshots that the snapshotter stores. */
export class SnapshotReader {
  readonly #options: SnapshotReaderOptions;

  constructor(options: SnapshotReaderOptions) {
    this.#options = options;
  }

  /**
   * @param leaderboardId board and window, without the period: `GLOBAL#weekly`
   * @param asOf {@link LATEST}, or when it was taken: ISO 8601 in UTC with ms
   */
  async snapshot(leaderboardId: string, asOf: string): Promise<StoredSnapshot | undefined> {
    const { client, snapshotsTableName, meter } = this.#options;
    const { Item: item, ConsumedCapacity } = await client.send(
      new GetItemCommand({
        TableName: snapshotsTableName,
        Key: { leaderboard_id: text(leaderboardId), as_of: text(asOf) },
        ...projection([
          'leaderboard_id',
          'board',
          'window',
          'period',
          'taken_at',
          'total',
          'entries',
        ]),
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    meter.add(ConsumedCapacity?.CapacityUnits);
    return item && toSnapshot(item);
  }

  /** The dated snapshots, newest first; with `before`, only those taken before that instant. */
  async list(
    leaderboardId: string,
    limit: number,
    before: string | undefined,
  ): Promise<{ snapshots: SnapshotSummary[]; hasMore: boolean }> {
    const { client, snapshotsTableName, meter } = this.#options;
    const { items, hasMore } = await lastItems(
      {
        client,
        meter,
        tableName: snapshotsTableName,
        key: { name: 'leaderboard_id', value: leaderboardId },
        attributes: ['taken_at', 'period', 'total', 'entry_count'],
      },
      { below: { name: 'as_of', value: text(before ?? LATEST) }, limit },
    );
    const snapshots = items.map((item) => ({
      asOf: textOf(item, 'taken_at'),
      period: textOf(item, 'period'),
      total: integerOf(item, 'total'),
      entryCount: integerOf(item, 'entry_count'),
    }));
    return { snapshots, hasMore };
  }
}

function toSnapshot(item: Item): StoredSnapshot {
  return {
    leaderboardId: textOf(item, 'leaderboard_id'),
    board: textOf(item, 'board'),
    window: textOf(item, 'window'),
    period: textOf(item, 'period'),
    asOf: textOf(item, 'taken_at'),
    total: integerOf(item, 'total'),
    entries: (item['entries']?.L ?? []).map(({ M: entry = {} }) => ({
      rank: integerOf(entry, 'rank'),
      playerId: textOf(entry, 'player_id'),
      score: decimalOf(entry, 'score'),
      updates: integerOf(entry, 'updates'),
      achievedAtMs: instantMs(textOf(entry, 'achieved_at')),
    })),
  };
}
