import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { decimalOf, integerOf, textOf, type Item } from './attributes.ts';
import { lastItems } from './partition-query.ts';
import type { ReadMeter } from './read-meter.ts';

/** The public part of an update in the ledger: no metadata, no message id. */
export interface HistoryUpdate {
  /** Its sort key in the ledger (ms since the epoch). */
  readonly timestamp: number;
  readonly occurredAt: string;
  readonly gameId: string;
  /** Decimal string. */
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

export interface HistoryReaderOptions {
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

/** Reads the updates of one player from the ledger. */
export class HistoryReader {
  readonly #options: HistoryReaderOptions;

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
  }

  /** @param before only updates with a lower timestamp (ms since the epoch) */
  async page(playerId: string, limit: number, before: number | undefined): Promise<HistoryPage> {
    const { client, ledgerTableName, meter } = this.#options;
    const { items, hasMore } = await lastItems(
      {
        client,
        meter,
        tableName: ledgerTableName,
        key: { name: 'player_id', value: playerId },
        attributes: ATTRIBUTES,
      },
      {
        below: {
          name: 'timestamp',
          value: before === undefined ? undefined : { N: String(before) },
        },
        limit,
      },
    );
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
