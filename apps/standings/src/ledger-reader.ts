import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LEDGER_ATTRIBUTES, toLedgerUpdate, type LedgerUpdate } from './ledger-update.ts';
import { number, text, type Item } from './table/attributes.ts';

/** Reads the ledger of one player, strongly consistent. */
export interface LedgerReader {
  /** The updates after a timestamp (ms since the epoch), in version order, one page (1 MB) at a time. */
  updatesAfter(playerId: string, timestamp: number): AsyncIterable<readonly LedgerUpdate[]>;
}

export interface DynamoDbLedgerReaderOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export class DynamoDbLedgerReader implements LedgerReader {
  readonly #options: DynamoDbLedgerReaderOptions;

  constructor(options: DynamoDbLedgerReaderOptions) {
    this.#options = options;
  }

  async *updatesAfter(
    playerId: string,
    timestamp: number,
  ): AsyncGenerator<readonly LedgerUpdate[]> {
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'player_id = :player AND #timestamp > :after',
          ExpressionAttributeValues: { ':player': text(playerId), ':after': number(timestamp) },
          ...LEDGER_PROJECTION,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      yield Items.map(toLedgerUpdate);
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }
}

/** Only what is folded travels; the read units are those of the whole items. */
export const LEDGER_PROJECTION = {
  ProjectionExpression: LEDGER_ATTRIBUTES.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(LEDGER_ATTRIBUTES.map((name) => [`#${name}`, name])),
};
