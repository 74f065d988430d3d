import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';

/** One delivery's hold on an event. */
export interface Reservation {
  /** Milliseconds since 1970; from then on another delivery may take the event. */
  readonly lapsesAtMs: number;
}

export interface HandledEventsOptions {
  readonly client: DynamoDBClient;
  /** A table with the partition key `event_id` (S) and the TTL attribute `expires_at`. */
  readonly tableName: string;
  /** How long an event is remembered, in seconds: longer than queue and dead-letter queue keep it together. */
  readonly ttlSeconds: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The events that a consumer has handled, in a DynamoDB table that all its instances share. Needs `dynamodb:PutItem` and
 * `dynamodb:DeleteItem` on it.
 */
export class HandledEvents {
  readonly #options: HandledEventsOptions;

  constructor(options: HandledEventsOptions) {
    this.#options = options;
  }

  /**
   * Reserves an event for one delivery, atomically: a reservation if nobody has handled or reserved it, `handled`, or
   * `busy` while another delivery holds it.
   *
   * @param deadlineMs when this delivery has stopped working, in milliseconds since 1970: the reservation lapses then
   * @throws RangeError when the deadline has passed
   */
  async reserve(eventId: string, deadlineMs: number): Promise<Reservation | 'handled' | 'busy'> {
    const { client, tableName, now } = this.#options;
    const nowMs = now();
    if (deadlineMs <= nowMs) {
      throw new RangeError(
        `The deadline of event ${eventId} passed ${nowMs - deadlineMs} ms ago. Leave the message in the queue; it is received again.`,
      );
    }
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: this.#item(eventId, { lapses_at: { N: String(deadlineMs) } }),
          ConditionExpression: 'attribute_not_exists(event_id) OR lapses_at <= :now',
          ExpressionAttributeValues: { ':now': { N: String(nowMs) } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { lapsesAtMs: deadlineMs };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.['lapses_at'] === undefined ? 'handled' : 'busy';
    }
  }

  /** Turns the reservation into `handled`, for the table's TTL. */
  async confirm(eventId: string): Promise<void> {
    const { client, tableName } = this.#options;
    await client.send(new PutItemCommand({ TableName: tableName, Item: this.#item(eventId) }));
  }

  /** Returns a reservation after a failure. Rejects when it has lapsed and another delivery has the event. */
  async release(eventId: string, { lapsesAtMs }: Reservation): Promise<void> {
    const { client, tableName } = this.#options;
    await client.send(
      new DeleteItemCommand({
        TableName: tableName,
        Key: { event_id: { S: eventId } },
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
