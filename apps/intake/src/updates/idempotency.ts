import { createHash } from 'node:crypto';

/** The request header that makes a repeat of a whole request safe. */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** 1 to 255 printable ASCII characters; a comma would be what joins a header that was sent twice. */
const KEY_PATTERN = /^[!-+\--~]{1,255}$/;

export function isIdempotencyKey(text: string): boolean {
  return KEY_PATTERN.test(text);
}

/** A key within its caller: two callers with the same key do not meet. */
export interface IdempotencyKey {
  readonly caller: string;
  readonly key: string;
}

/** What is remembered of the first request with a key. */
export interface FirstRequest {
  readonly bodyHash: string;
  /** ISO 8601 in UTC with milliseconds: the `occurred_at` of updates that have none. */
  readonly receivedAt: string;
}

/** Remembers the first request of each key. Rejects when that cannot be done. */
export interface IdempotencyKeys {
  /** @returns the first request with this key: the given one, or one before it */
  remember(key: IdempotencyKey, request: FirstRequest): Promise<FirstRequest>;
}

/**
 * The `event_id` of an update that has none: the same for every repeat of the request, another for every key and index.
 *
 * @param index position in the request, from 0
 */
export function derivedEventId({ caller, key }: IdempotencyKey, index: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([caller, key, index]))
    .digest('hex');
  return `idem-${hash}`;
}
