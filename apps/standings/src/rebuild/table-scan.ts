import {
  DescribeTableCommand,
  ScanCommand,
  type DynamoDBClient,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { LEDGER_PROJECTION } from '../fold/ledger-reader.ts';
import type { Item } from '../table/attributes.ts';

/** One part of a table, as DynamoDB divides it for parallel scans. All items of a player are in one part. */
export interface Segment {
  readonly index: number;
  readonly total: number;
}

export interface TableScannerOptions {
  readonly client: DynamoDBClient;
  readonly ledgerTableName: string;
  readonly standingsTableName: string;
}

/** Reads whole tables, page by page, strongly consistent, from a key on. */
export class TableScanner {
  readonly #options: TableScannerOptions;

  constructor(options: TableScannerOptions) {
    this.#options = options;
  }

  /** Ledger items of a segment after a key. */
  scanLedger(segment: Segment, after: Item | undefined): AsyncGenerator<readonly Item[]> {
    return this.#scan(
      { TableName: this.#options.ledgerTableName, ...LEDGER_PROJECTION },
      segment,
      after,
    );
  }

  /** Keys of the standings table of a segment after a key. */
  scanStandingKeys(segment: Segment, after: Item | undefined): AsyncGenerator<readonly Item[]> {
    const projection = 'player_id, board_window';
    return this.#scan(
      { TableName: this.#options.standingsTableName, ProjectionExpression: projection },
      segment,
      after,
    );
  }

  /** Items in the ledger as DynamoDB counts them every six hours; only good for an estimate. */
  async countLedger(): Promise<number> {
    const { Table } = await this.#options.client.send(
      new DescribeTableCommand({ TableName: this.#options.ledgerTableName }),
    );
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
