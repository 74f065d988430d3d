import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  ScanCommand,
  type DynamoDBDocumentClient,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import {
  LEDGER_UPDATE_ATTRIBUTES,
  projection,
  STANDINGS_TABLE,
  type Item,
} from '@leaderboard/tables';

/** One part of a table, as DynamoDB divides it for parallel scans. All items of a player are in one part. */
export interface Segment {
  readonly index: number;
  readonly total: number;
}

export interface TableScannerOptions {
  readonly dynamoDb: DynamoDBClient;
  /** A `documentClient` of the same. */
  readonly client: DynamoDBDocumentClient;
  readonly ledgerTableName: string;
  readonly standingsTableName: string;
}

/** Reads whole tables, page by page, strongly consistent, starting after a key. */
export class TableScanner {
  readonly #options: TableScannerOptions;

  constructor(options: TableScannerOptions) {
    this.#options = options;
  }

  /** Ledger items of a segment after a key. */
  scanLedger(segment: Segment, after: Item | undefined): AsyncGenerator<readonly Item[]> {
    const { ledgerTableName } = this.#options;
    return this.#scan(
      { TableName: ledgerTableName, ...projection(LEDGER_UPDATE_ATTRIBUTES) },
      segment,
      after,
    );
  }

  /** Keys of the standings table of a segment after a key. */
  scanStandingKeys(segment: Segment, after: Item | undefined): AsyncGenerator<readonly Item[]> {
    const { standingsTableName } = this.#options;
    const { partitionKey, sortKey } = STANDINGS_TABLE;
    return this.#scan(
      { TableName: standingsTableName, ...projection([partitionKey.name, sortKey.name]) },
      segment,
      after,
    );
  }

  /** Items in the ledger as DynamoDB counts them every six hours; good for an estimate only. */
  async countLedger(): Promise<number> {
    const { dynamoDb, ledgerTableName } = this.#options;
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: ledgerTableName }));
    return Table?.ItemCount ?? 0;
  }

  async *#scan(
    input: ScanCommandInput,
    { index, total }: Segment,
    after: Item | undefined,
  ): AsyncGenerator<readonly Item[]> {
    let start = after;
    do {
      const page = await this.#options.client.send(
        new ScanCommand({
          ...input,
          ConsistentRead: true,
          Segment: index,
          TotalSegments: total,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }
}
