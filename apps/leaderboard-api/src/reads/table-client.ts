import {
  GetCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
  type GetCommandInput,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '@leaderboard/function';
import { batchGet, type BatchGetOptions, type Item } from '@leaderboard/tables';

export interface TableClientOptions extends Pick<Runtime, 'random' | 'sleep'> {
  /** A `documentClient` of `@leaderboard/tables`. */
  readonly client: DynamoDBDocumentClient;
}

/** Reads items page by page, and adds up the read units that this consumes. */
export class TableClient {
  readonly #options: TableClientOptions;
  #units = 0;

  constructor(options: TableClientOptions) {
    this.#options = options;
  }

  /** Counts read units that a request beside this client has consumed. */
  addUnits(units: number): void {
    this.#units += units;
  }

  /** The read units consumed since the last call, in steps of 0.5. */
  takeUnits(): number {
    const units = this.#units;
    this.#units = 0;
    return units;
  }

  async item(input: GetCommandInput): Promise<Item | undefined> {
    const { Item: item, ConsumedCapacity } = await this.#options.client.send(
      new GetCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
    );
    this.#units += ConsumedCapacity?.CapacityUnits ?? 0;
    return item;
  }

  /**
   * The items of these keys, in no particular order; keys without an item are left out.
   *
   * @throws ThrottledReadError the table stays throttled
   */
  items(
    keys: readonly Item[],
    options: Pick<BatchGetOptions, 'tableName' | 'consistentRead' | 'attributes'>,
  ): Promise<Item[]> {
    return batchGet(keys, {
      ...this.#options,
      ...options,
      onConsumed: (units) => {
        this.#units += units;
      },
    });
  }

  /**
   * The items of a query.
   *
   * @param limit all items if left out
   */
  async query(input: QueryCommandInput, limit?: number): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const Limit = limit && limit - items.length;
      const page = await this.#queryPage({ ...input, Limit, ExclusiveStartKey });
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && items.length < (limit ?? Infinity));
    return items;
  }

  /**
   * The items of a query in descending order of their sort keys, and whether there are more. It reads one item beyond the
   * limit, because nothing else shows that there are more.
   */
  async lastItems(
    input: QueryCommandInput,
    limit: number,
  ): Promise<{ items: Item[]; hasMore: boolean }> {
    const items = await this.query({ ...input, ScanIndexForward: false }, limit + 1);
    return { items: items.slice(0, limit), hasMore: items.length > limit };
  }

  async #queryPage(input: QueryCommandInput): Promise<QueryCommandOutput> {
    const command = new QueryCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const output = await this.#options.client.send(command);
    this.#units += output.ConsumedCapacity?.CapacityUnits ?? 0;
    return output;
  }
}
