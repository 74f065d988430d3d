import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';
import type { ReadMeter } from './read-meter.ts';

/** Keys of one request ("Service, account, and table quotas in Amazon DynamoDB": BatchGetItem). */
const MAX_KEYS_PER_REQUEST = 100;
const MAX_ATTEMPTS = 6;
const BASE_DELAY_MS = 20;

/** DynamoDB left keys unread in every attempt: the table is throttled. */
export class ReadsThrottledError extends Error {
  override readonly name = 'ReadsThrottledError';
}

export interface BatchGetOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly consistentRead: boolean;
  readonly projection: {
    readonly ProjectionExpression: string;
    readonly ExpressionAttributeNames: Record<string, string>;
  };
  readonly meter: ReadMeter;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * The items of these keys, in no particular order; keys without an item are left out. Keys that DynamoDB leaves unread
 * are requested again, with increasing delays.
 *
 * @throws ReadsThrottledError keys were still unread after 6 attempts
 */
export async function batchGet(keys: readonly Item[], options: BatchGetOptions): Promise<Item[]> {
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_KEYS_PER_REQUEST) }, (_, index) =>
    keys.slice(index * MAX_KEYS_PER_REQUEST, (index + 1) * MAX_KEYS_PER_REQUEST),
  );
  return (await Promise.all(chunks.map((chunk) => getChunk(chunk, options)))).flat();
}

async function getChunk(keys: readonly Item[], options: BatchGetOptions): Promise<Item[]> {
  const { client, tableName, consistentRead, projection, meter, random, sleep } = options;
  const items: Item[] = [];
  let unread = [...keys];
  for (let attempt = 1; ; attempt += 1) {
    const output = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [tableName]: { Keys: unread, ConsistentRead: consistentRead, ...projection },
        },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    for (const { CapacityUnits } of output.ConsumedCapacity ?? []) meter.add(CapacityUnits);
    items.push(...(output.Responses?.[tableName] ?? []));
    unread = output.UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (unread.length === 0) return items;
    if (attempt === MAX_ATTEMPTS) {
      throw new ReadsThrottledError(
        `${tableName} left ${unread.length} keys unread in ${MAX_ATTEMPTS} attempts.`,
      );
    }
    await sleep(BASE_DELAY_MS * 2 ** attempt * (0.5 + random() / 2));
  }
}
