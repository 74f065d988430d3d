import { ScanCommand, type DynamoDBClient, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '@leaderboard/tables';

export interface TablePage {
  readonly items: readonly Attributes[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: Attributes | undefined;
}

/** The items of one segment of a table after a key, strongly consistent, page by page. All items of a partition are together. */
export async function* tablePages(
  client: DynamoDBClient,
  input: ScanCommandInput,
  after: Attributes | undefined,
): AsyncGenerator<TablePage> {
  let next = after;
  do {
    const page = await client.send(
      new ScanCommand({
        ...input,
        ConsistentRead: true,
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    next = page.LastEvaluatedKey;
    yield { items: page.Items ?? [], next };
  } while (next !== undefined);
}
