import {
  QueryCommand,
  TransactGetItemsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { LEDGER_ATTRIBUTES, toLedgerUpdate, type LedgerUpdate } from './ledger-update.ts';
import type { FoldStart } from './player-fold.ts';
import { number, text, type Item } from '../table/attributes.ts';

/** Reads the ledger of one player, strongly consistent. */
export interface LedgerReader {
  /** The updates after a timestamp (ms since the epoch), in version order, one page (1 MB) at a time. */
  updatesAfter(playerId: string, timestamp: number): AsyncIterable<readonly LedgerUpdate[]>;
  /**
   * The updates from a timestamp (ms since the epoch) to an update, read after the transaction that wrote that update is
   * known to be complete.
   *
   * @throws {TransactionCanceledException} while a transaction on that update is under way
   */
  settledUpdates(playerId: string, from: number, to: FoldStart): Promise<readonly LedgerUpdate[]>;
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

  updatesAfter(playerId: string, timestamp: number): AsyncGenerator<readonly LedgerUpdate[]> {
    return this.#pages(playerId, '#timestamp > :from', { ':from': number(timestamp) });
  }

  async settledUpdates(playerId: string, from: number, to: FoldStart): Promise<LedgerUpdate[]> {
    const key = { player_id: text(playerId), timestamp: number(to.timestamp) };
    // Serializable against the transaction that wrote the item, which no other kind of read is: it fails while that runs.
    await this.#options.client.send(
      new TransactGetItemsCommand({
        TransactItems: [{ Get: { TableName: this.#options.tableName, Key: key } }],
      }),
    );
    const bounds = { ':from': number(from), ':to': number(to.timestamp) };
    const updates: LedgerUpdate[] = [];
    for await (const page of this.#pages(playerId, '#timestamp BETWEEN :from AND :to', bounds)) {
      updates.push(...page);
    }
    return updates;
  }

  async *#pages(
    playerId: string,
    condition: string,
    values: Item,
  ): AsyncGenerator<readonly LedgerUpdate[]> {
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.tableName,
          ConsistentRead: true,
          KeyConditionExpression: `player_id = :player AND ${condition}`,
          ExpressionAttributeValues: { ':player': text(playerId), ...values },
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
