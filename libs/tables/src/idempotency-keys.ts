import type { Item } from './conversion.ts';
import { ItemReader } from './item-reader.ts';
import type { TableDefinition } from './table-definition.ts';

/** What the intake remembers of requests with an `Idempotency-Key`, so that a repeat gets what the first one got. */
export const IDEMPOTENCY_KEYS_TABLE = {
  name: 'idempotency-keys',
  partitionKey: { name: 'idempotency_key', type: 'S' },
  expiryAttribute: 'expires_at',
  repair: 'Remove the item; the next request with its key counts as the first one.',
} as const satisfies TableDefinition;

/** A key within its caller: two callers with the same key do not meet. */
export interface IdempotencyKey {
  readonly caller: string;
  readonly key: string;
}

/** What is remembered of the first request with a key. */
export interface FirstRequest {
  readonly bodyHash: string;
  /** ISO 8601 in UTC with ms: the `occurred_at` of updates that have none. */
  readonly receivedAt: string;
}

export function idempotencyKey({ caller, key }: IdempotencyKey): Item {
  return { idempotency_key: `${caller}#${key}` };
}

/** @param ttlSeconds how long it is remembered, from when it was received */
export function toFirstRequestItem(
  key: IdempotencyKey,
  { bodyHash, receivedAt }: FirstRequest,
  ttlSeconds: number,
): Item {
  return {
    ...idempotencyKey(key),
    body_hash: bodyHash,
    received_at: receivedAt,
    expires_at: Math.floor(Date.parse(receivedAt) / 1_000) + ttlSeconds,
  };
}

/** @throws {CorruptItemError} */
export function toFirstRequest(item: Item): FirstRequest {
  const read = new ItemReader(IDEMPOTENCY_KEYS_TABLE, item);
  return { bodyHash: read.string('body_hash'), receivedAt: read.string('received_at') };
}
