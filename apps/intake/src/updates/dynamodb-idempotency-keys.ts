import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { FirstRequest, IdempotencyKey, IdempotencyKeys } from './idempotency.ts';

/** The `idempotency-keys` table: partition key `idempotency_key` (S), TTL attribute `expires_at`. */
export class DynamoDbIdempotencyKeys implements IdempotencyKeys {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #ttlSeconds: number;

  constructor(client: DynamoDBClient, tableName: string, ttlSeconds: number) {
    this.#client = client;
    this.#tableName = tableName;
    this.#ttlSeconds = ttlSeconds;
  }

  /** One conditional write; DynamoDB answers a failed one with the item that is there. */
  async remember({ caller, key }: IdempotencyKey, request: FirstRequest): Promise<FirstRequest> {
    const expiresAt = Math.floor(Date.parse(request.receivedAt) / 1000) + this.#ttlSeconds;
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: {
            idempotency_key: { S: `${caller}#${key}` },
            body_hash: { S: request.bodyHash },
            received_at: { S: request.receivedAt },
            expires_at: { N: String(expiresAt) },
          },
          ConditionExpression: 'attribute_not_exists(idempotency_key)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return request;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const bodyHash = error.Item?.['body_hash']?.S;
      const receivedAt = error.Item?.['received_at']?.S;
      if (bodyHash === undefined || receivedAt === undefined) throw error;
      return { bodyHash, receivedAt };
    }
  }
}
