import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  unroutedPartition,
  type AcceptedEvents,
  type InsertOutcome,
  type MarkOutcome,
  type ReceivedEvent,
  type RoutedMarks,
  type UnroutedCursor,
  type UnroutedEvents,
  type UnroutedPage,
} from './event-store.ts';

/** The sparse index: partition key `unrouted` (S), sort key `received_at` (S), projection KEYS_ONLY. */
export const UNROUTED_INDEX = 'unrouted';

/** The `transaction-events` table. Each function uses, and may use, only its own side of it. */
export class DynamoDbEventStore implements AcceptedEvents, UnroutedEvents {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async insert(event: ReceivedEvent): Promise<InsertOutcome> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#tableName,
          Item: toItem(event),
          ConditionExpression: 'attribute_not_exists(event_id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { kind: 'stored' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (error.Item?.['body_hash']?.S !== event.bodyHash) return { kind: 'reused' };
      return error.Item['request_id']?.S === event.requestId
        ? { kind: 'stored-before-by-this-request' }
        : { kind: 'duplicate' };
    }
  }

  async findUnrouted(
    partition: string,
    receivedBefore: string,
    limit: number,
    from: UnroutedCursor | undefined,
  ): Promise<UnroutedPage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        IndexName: UNROUTED_INDEX,
        KeyConditionExpression: 'unrouted = :partition AND received_at < :before',
        ExpressionAttributeValues: {
          ':partition': { S: partition },
          ':before': { S: receivedBefore },
        },
        Limit: limit,
        ...(from && { ExclusiveStartKey: from as Record<string, AttributeValue> }),
      }),
    );
    return {
      events: Items.map((item) => ({
        eventId: item['event_id']?.S ?? '',
        receivedAt: item['received_at']?.S ?? '',
      })),
      next: LastEvaluatedKey,
    };
  }

  async readUnrouted(eventId: string): Promise<string | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#tableName,
        Key: { event_id: { S: eventId } },
        ConsistentRead: true,
      }),
    );
    return Item?.['state']?.S === 'received' ? Item['body']?.S : undefined;
  }
}

/** The router's conditional update. */
export class DynamoDbRoutedMarks implements RoutedMarks {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  readonly #ttlSeconds: number;

  /** @param ttlSeconds how long a routed event is kept, counted from its routing */
  constructor(client: DynamoDBClient, tableName: string, ttlSeconds: number) {
    this.#client = client;
    this.#tableName = tableName;
    this.#ttlSeconds = ttlSeconds;
  }

  async markRouted(eventId: string, bodyHash: string, routedAtMs: number): Promise<MarkOutcome> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#tableName,
          Key: { event_id: { S: eventId } },
          UpdateExpression:
            'SET #state = :routed, routed_at = :routed_at, expires_at = :expires_at REMOVE unrouted',
          ConditionExpression: '#state = :received AND body_hash = :body_hash',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':routed': { S: 'routed' },
            ':received': { S: 'received' },
            ':routed_at': { S: new Date(routedAtMs).toISOString() },
            ':expires_at': { N: String(Math.floor(routedAtMs / 1000) + this.#ttlSeconds) },
            ':body_hash': { S: bodyHash },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'routed';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.['body_hash']?.S === bodyHash ? 'routed-before' : 'unknown';
    }
  }
}

/** No `expires_at`: an event that is owed to its queue must not expire. */
function toItem(event: ReceivedEvent): Record<string, AttributeValue> {
  return {
    event_id: { S: event.eventId },
    state: { S: 'received' },
    unrouted: { S: unroutedPartition(event.transactionType, event.eventId) },
    transaction_type: { S: event.transactionType },
    body: { S: event.body },
    body_hash: { S: event.bodyHash },
    received_at: { S: event.receivedAt },
    request_id: { S: event.requestId },
  };
}
