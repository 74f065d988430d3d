import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LEDGER_PROJECTION } from '../fold/ledger-reader.ts';
import type { Item } from '../table/attributes.ts';

/** The ledger, if it is small: one strongly consistent page of it. */
export interface LedgerPage {
  /** The items, those of a player together in version order; undefined when the ledger has more than a page (1 MB). */
  read(signal: AbortSignal): Promise<readonly Item[] | undefined>;
}

export interface DynamoDbLedgerPageOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export class DynamoDbLedgerPage implements LedgerPage {
  readonly #options: DynamoDbLedgerPageOptions;

  constructor(options: DynamoDbLedgerPageOptions) {
    this.#options = options;
  }

  async read(signal: AbortSignal): Promise<readonly Item[] | undefined> {
    const { client, tableName } = this.#options;
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...LEDGER_PROJECTION }),
      { abortSignal: signal },
    );
    return LastEvaluatedKey === undefined ? Items : undefined;
  }
}
