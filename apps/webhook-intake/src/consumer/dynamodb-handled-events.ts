import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { HandledEvents, Reservation } from './handle-once.ts';

export interface HandledEventsOptions {
  readonly client: DynamoDBClient;
  /** A table with the partition key `event_id` (S) and the TTL attribute `expires_at`. */
  readonly tableName: string;
  /** The queue's visibility timeout, in ms: when a delivery comes again, its reservation has lapsed. */
  readonly reservationMs: number;
  /** How long an event is remembered, in seconds: longer than queue and dead-letter queue keep it together. */
  readonly ttlSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** {@link HandledEvents} in a DynamoDB table. Needs `dynamodb:PutItem` and `dynamodb:DeleteItem` on it. */
export class DynamoDbHandledEvents implements HandledEvents {
  readonly #options: HandledEventsOptions;

  constructor(options: HandledEventsOptions) {
    this.#options = options;
  }

  async reserve(eventId: string): Promise<Reservation | 'handled' | 'busy'> {
    const { client, tableName, reservationMs, now } = this.#options;
    const nowMs = now();
    const lapsesAtMs = nowMs + reservationMs;
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: this.#item(eventId, { lapses_at: { N: String(lapsesAtMs) } }),
          ConditionExpression: 'attribute_not_exists(event_id) OR lapses_at <= :now',
          ExpressionAttributeValues: { ':now': { N: String(nowMs) } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { lapsesAtMs };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.['lapses_at'] === undefined ? 'handled' : 'busy';
    }
  }

  async confirm(eventId: string): Promise<void> {
    const { client, tableName } = this.#options;
    await client.send(new PutItemCommand({ TableName: tableName, Item: this.#item(eventId) }));
  }

  async release(eventId: string, { lapsesAtMs }: Reservation): Promise<void> {
    const { client, tableName } = this.#options;
    const Key = { event_id: { S: eventId } };
    await client.send(
      new DeleteItemCommand({
        TableName: tableName,
        Key,
        // Another delivery may have reserved or handled it after this one's reservation lapsed.
        ConditionExpression: 'lapses_at = :mine',
        ExpressionAttributeValues: { ':mine': { N: String(lapsesAtMs) } },
      }),
    );
  }

  #item(eventId: string, more: Record<string, { N: string }> = {}) {
    const expiresAt = Math.floor(this.#options.now() / 1000) + this.#options.ttlSeconds;
    return { event_id: { S: eventId }, expires_at: { N: String(expiresAt) }, ...more };
  }
}
