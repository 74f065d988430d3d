import { DeleteCommand, DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { LEDGER_TABLE, ledgerKey, processedEventKey, queryOf } from '@leaderboard/tables';
import type { DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import type { LedgerItem } from '../test-processor.ts';

/** Physical names of the tables that all histories share; each has its own players. */
export const TABLES = { ledger: 'ledger', processedEvents: 'processed-events' };

/** Reads and damages the tables past all faults. */
export class TableAccess {
  readonly #client: DynamoDBDocumentClient;

  constructor(engine: DynamoDbEngine) {
    // Its own client: the conversion of numbers is a setting of the plain client.
    this.#client = DynamoDBDocumentClient.from(engine.createClient());
  }

  /** A player's ledger in the order of its sort key. */
  async ledgerOf(playerId: string): Promise<LedgerItem[]> {
    const query = queryOf(LEDGER_TABLE, playerId);
    const command = new QueryCommand({ TableName: TABLES.ledger, ConsistentRead: true, ...query });
    return ((await this.#client.send(command)).Items ?? []) as LedgerItem[];
  }

  async loseLedgerItem(playerId: string, timestamp: number): Promise<void> {
    const Key = ledgerKey(playerId, timestamp);
    await this.#client.send(new DeleteCommand({ TableName: TABLES.ledger, Key }));
  }

  /** @param sortKey an event id, or the head's */
  async loseProcessedEvent(playerId: string, sortKey: string): Promise<void> {
    const Key = processedEventKey(playerId, sortKey);
    await this.#client.send(new DeleteCommand({ TableName: TABLES.processedEvents, Key }));
  }
}
