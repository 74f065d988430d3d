import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { decimalOf, integerOf, textOf, type Item } from './attributes.ts';
import { lastItems } from './descending-query.ts';
import type { ReadMeter } from './read-meter.ts';

/** An update of the ledger, as far as it is public: no metadata, no message id. */
export interface HistoryUpdate {
  /** Its place in the ledger, in ms since the epoch. */
  readonly timestamp: number;
  readonly occurredAt: string;
  readonly gameId: string;
  /** Decimal text. */
  readonly score: string;
  readonly updateType: string;
  readonly eventId: string;
  readonly version: number;
}

export interface HistoryPage {
  /** Newest first. */
  readonly updates: readonly HistoryUpdate[];
  readonly hasMore: boolean;
}

export interface HistoryStoreOptions {
  readonly client: DynamoDBClient;
  readonly ledgerTableName: string;
  readonly meter: ReadMeter;
}

const ATTRIBUTES = [
  'timestamp',
  'occurred_at',
  'game_id',
  'score',
  'update_type',
  'event_id',
  'version',
] as const;

/** The ledger, read player by player. */
export class HistoryStore {
  readonly #options: HistoryStoreOptions;

  constructor(options: HistoryStoreOptions) {
    this.#options = options;
  }

  /** @param before ms since the epoch; only updates with a lower timestamp are given */
  async page(playerId: string, limit: number, before: number | undefined): Promise<HistoryPage> {
    const { client, ledgerTableName, meter } = this.#options;
    const { items, hasMore } = await lastItems({
      client,
      tableName: ledgerTableName,
      meter,
      partitionKey: { name: 'player_id', value: playerId },
      sortKey: {
        name: 'timestamp',
        below: before === undefined ? undefined : { N: String(before) },
      },
      attributes: ATTRIBUTES,
      limit,
    });
    return { updates: items.map(toUpdate), hasMore };
  }
}

function toUpdate(item: Item): HistoryUpdate {
  return {
    timestamp: integerOf(item, 'timestamp'),
    occurredAt: textOf(item, 'occurred_at'),
    gameId: textOf(item, 'game_id'),
    score: decimalOf(item, 'score'),
    updateType: textOf(item, 'update_type'),
    eventId: textOf(item, 'event_id'),
    version: integerOf(item, 'version'),
  };
}
