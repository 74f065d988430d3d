import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';

/** Keys of one request (quota page "Service, account, and table quotas in Amazon DynamoDB": BatchGetItem). */
const MAX_KEYS_PER_REQUEST = 100;
const MAX_ATTEMPTS = 6;
const BASE_DELAY_MS = 25;

/** DynamoDB kept leaving keys of a batch unread: the table is throttled. */
export class ThrottledReadError extends Error {
  override readonly name = 'ThrottledReadError';
  readonly code = 'THROTTLED_READ';
}

export interface BatchGetOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly consistentRead: boolean;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * The items of these keys, in no particular order; keys without an item are left out. Keys that DynamoDB left unread
 * are asked for again, with growing pauses.
 *
 * @throws {ThrottledReadError} when some are still unread after 6 attempts
 */
export async function batchGet(keys: readonly Item[], options: BatchGetOptions): Promise<Item[]> {
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_KEYS_PER_REQUEST) }, (_, index) =>
    keys.slice(index * MAX_KEYS_PER_REQUEST, (index + 1) * MAX_KEYS_PER_REQUEST),
  );
  const items = await Promise.all(chunks.map((chunk) => getChunk(chunk, options)));
  return items.flat();
}

async function getChunk(
  keys: readonly Item[],
  { client, tableName, consistentRead, sleep }: BatchGetOptions,
): Promise<Item[]> {
  const items: Item[] = [];
  let unread = [...keys];
  for (let attempt = 1; ; attempt += 1) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [tableName]: { Keys: unread, ConsistentRead: consistentRead } },
      }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    unread = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (unread.length === 0) return items;
    if (attempt === MAX_ATTEMPTS) {
      throw new ThrottledReadError(
        `${unread.length} of ${keys.length} items of the table ${tableName} stayed unread in ${MAX_ATTEMPTS} attempts: ` +
          'the table is throttled. The records go back to the queue.',
      );
    }
    await sleep(BASE_DELAY_MS * 2 ** attempt);
  }
}
