import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { backoffMs } from './backoff.ts';
import type { Item } from './conversion.ts';
import { projection } from './expressions.ts';

/** Keys of one request (DynamoDB developer guide, "Service, account, and table quotas": BatchGetItem). */
const MAX_KEYS_PER_REQUEST = 100;
const MAX_ATTEMPTS = 6;
const BACKOFF = { baseMs: 50, maxMs: 800 };

/** DynamoDB left keys of a batch unread in every attempt: the table is throttled. */
export class ThrottledReadError extends Error {
  override readonly name = 'ThrottledReadError';
  readonly code = 'ThrottledRead';
  /** Physical name of the table. */
  readonly tableName: string;

  constructor(tableName: string, unread: number, keys: number) {
    super(
      `${unread} of ${keys} items of the table ${tableName} were still unread after ${MAX_ATTEMPTS} attempts: ` +
        'the table is throttled. Try again later.',
    );
    this.tableName = tableName;
  }
}

export interface BatchGetOptions {
  /** A `documentClient`. */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Not older than any write that has ended; costs twice as much. */
  readonly consistentRead: boolean;
  /** The attributes to read; all if left out. */
  readonly attributes?: readonly string[];
  /** @param ms how long to wait */
  readonly sleep: (ms: number) => Promise<void>;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Receives the read capacity units of each request. */
  readonly onConsumed?: (units: number) => void;
}

/**
 * The items of these keys, in no particular order; keys without an item are left out. Any number of keys is read, 100 a
 * request. Keys that DynamoDB leaves unread are requested again, up to 6 times, with growing pauses of at most 0.8 s.
 *
 * @throws {ThrottledReadError} when some keys are still unread then, and whatever the client throws
 * @example
 * const items = await batchGet([standingKey('ada', 'GLOBAL#all_time')], { client, tableName, consistentRead: true, sleep, random });
 */
export async function batchGet(keys: readonly Item[], options: BatchGetOptions): Promise<Item[]> {
  const chunks = Array.from({ length: Math.ceil(keys.length / MAX_KEYS_PER_REQUEST) }, (_, index) =>
    keys.slice(index * MAX_KEYS_PER_REQUEST, (index + 1) * MAX_KEYS_PER_REQUEST),
  );
  return (await Promise.all(chunks.map((chunk) => getChunk(chunk, options)))).flat();
}

async function getChunk(keys: readonly Item[], options: BatchGetOptions): Promise<Item[]> {
  const { client, tableName, consistentRead, attributes, sleep, random, onConsumed } = options;
  const items: Item[] = [];
  let unread = [...keys];
  for (let attempt = 1; ; attempt += 1) {
    const request = {
      Keys: unread,
      ConsistentRead: consistentRead,
      ...(attributes && projection(attributes)),
    };
    const { Responses, UnprocessedKeys, ConsumedCapacity } = await client.send(
      new BatchGetCommand({
        RequestItems: { [tableName]: request },
        ...(onConsumed && { ReturnConsumedCapacity: 'TOTAL' }),
      }),
    );
    for (const { CapacityUnits = 0 } of ConsumedCapacity ?? []) onConsumed?.(CapacityUnits);
    items.push(...(Responses?.[tableName] ?? []));
    unread = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (unread.length === 0) return items;
    if (attempt === MAX_ATTEMPTS)
      throw new ThrottledReadError(tableName, unread.length, keys.length);
    await sleep(backoffMs(attempt, random(), BACKOFF));
  }
}
