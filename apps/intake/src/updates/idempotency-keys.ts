import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  IDEMPOTENCY_KEYS_TABLE,
  fromAttributes,
  ifAbsent,
  toFirstRequest,
  toFirstRequestItem,
  type FirstRequest,
  type IdempotencyKey,
} from '@leaderboard/tables';

/** The request header that makes it safe to repeat a whole request. */
export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** 1 to 255 printable ASCII characters without the comma, which joins the values of a header that was sent twice. */
const KEY_PATTERN = /^[!-+\--~]{1,255}$/;

export function isIdempotencyKey(value: string): boolean {
  return KEY_PATTERN.test(value);
}

/**
 * The `event_id` of an update that has none: the same for every repeat of the request, different for every key and index.
 *
 * @param index position in the request, from 0
 */
export function derivedEventId({ caller, key }: IdempotencyKey, index: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([caller, key, index]))
    .digest('hex');
  return `idem-${hash}`;
}

/** The `idempotency-keys` table. */
export class IdempotencyKeys {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #ttlSeconds: number;

  /** @param ttlSeconds how long a key is remembered, counted from its first request */
  constructor(client: DynamoDBDocumentClient, tableName: string, ttlSeconds: number) {
    this.#client = client;
    this.#tableName = tableName;
    this.#ttlSeconds = ttlSeconds;
  }

  /**
   * Remembers the first request with a key, in one conditional write.
   *
   * @returns the first request with this key: the given one, or an earlier one
   * @throws the client's error when the table cannot be reached
   */
  async remember(key: IdempotencyKey, request: FirstRequest): Promise<FirstRequest> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: toFirstRequestItem(key, request, this.#ttlSeconds),
          ...ifAbsent(IDEMPOTENCY_KEYS_TABLE),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return request;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return toFirstRequest(fromAttributes(error.Item));
    }
  }
}
