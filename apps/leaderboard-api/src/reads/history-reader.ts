import {
  HISTORY_ATTRIBUTES,
  LEDGER_TABLE,
  queryOf,
  toHistoryUpdate,
  type HistoryUpdate,
} from '@leaderboard/tables';
import type { TableClient } from './table-client.ts';

export interface HistoryPage {
  /** Newest first. */
  readonly updates: readonly HistoryUpdate[];
  readonly hasMore: boolean;
}

/** Reads the updates of one player from the ledger. */
export class HistoryReader {
  readonly #client: TableClient;
  readonly #tableName: string;

  constructor(client: TableClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  /** @param before only updates with a lower timestamp (ms since the epoch) */
  async page(playerId: string, limit: number, before: number | undefined): Promise<HistoryPage> {
    const { items, hasMore } = await this.#client.lastItems(
      {
        TableName: this.#tableName,
        ...queryOf(LEDGER_TABLE, playerId, {
          sortKey: before === undefined ? undefined : { below: before },
          attributes: HISTORY_ATTRIBUTES,
        }),
      },
      limit,
    );
    return { updates: items.map(toHistoryUpdate), hasMore };
  }

  /** Oldest first, strongly consistent. @param after only updates with a higher timestamp (ms since the epoch) */
  async updatesAfter(playerId: string, after: number, limit: number): Promise<HistoryUpdate[]> {
    const items = await this.#client.query(
      {
        TableName: this.#tableName,
        ConsistentRead: true,
        ...queryOf(LEDGER_TABLE, playerId, {
          sortKey: { above: after },
          attributes: HISTORY_ATTRIBUTES,
        }),
      },
      limit,
    );
    return items.map(toHistoryUpdate);
  }
}
