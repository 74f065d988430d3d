import {
  QueryCommand,
  ScanCommand,
  TransactGetCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import {
  LEDGER_TABLE,
  LEDGER_UPDATE_ATTRIBUTES,
  ledgerKey,
  projection,
  queryOf,
  toLedgerUpdate,
  type Item,
  type LedgerUpdate,
  type SortKeyRange,
} from '@leaderboard/tables';
import type { PlayerLedger } from '../fold/fold-ledger.ts';
import type { LedgerPosition } from '../fold/player-fold.ts';

export interface LedgerReaderOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/**
 * Reads the ledger, strongly consistent. Only the attributes that are folded are transferred; the read units are those of
 * the whole items.
 */
export class LedgerReader implements PlayerLedger {
  readonly #options: LedgerReaderOptions;

  constructor(options: LedgerReaderOptions) {
    this.#options = options;
  }

  updatesAfter(playerId: string, timestamp: number): AsyncGenerator<readonly LedgerUpdate[]> {
    return this.#pages(playerId, { above: timestamp });
  }

  async settledUpdates(
    playerId: string,
    from: number,
    to: LedgerPosition,
  ): Promise<LedgerUpdate[]> {
    const { client, tableName } = this.#options;
    const key = ledgerKey(playerId, to.timestamp);
    // Serializable against the transaction that wrote the item, which no other kind of read is: it fails while that runs.
    await client.send(
      new TransactGetCommand({ TransactItems: [{ Get: { TableName: tableName, Key: key } }] }),
    );
    const updates: LedgerUpdate[] = [];
    for await (const page of this.#pages(playerId, { from, to: to.timestamp })) {
      updates.push(...page);
    }
    return updates;
  }

  /**
   * The whole ledger, if it is small.
   *
   * @returns the items, those of a player together in version order; undefined when there is more than one page (1 MB)
   */
  async onlyPage(signal: AbortSignal): Promise<readonly Item[] | undefined> {
    const { client, tableName } = this.#options;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...projection(LEDGER_UPDATE_ATTRIBUTES),
      }),
      { abortSignal: signal },
    );
    return LastEvaluatedKey === undefined ? Items : undefined;
  }

  async *#pages(playerId: string, sortKey: SortKeyRange): AsyncGenerator<readonly LedgerUpdate[]> {
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.tableName,
          ConsistentRead: true,
          ...queryOf(LEDGER_TABLE, playerId, { sortKey, attributes: LEDGER_UPDATE_ATTRIBUTES }),
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      yield Items.map(toLedgerUpdate);
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }
}
