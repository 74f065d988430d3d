import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import {
  TRANSACTION_EVENTS_TABLE,
  fromAttributes,
  ifAbsent,
  markRouted,
  toReceivedEventItem,
  toStoredEvent,
  toUnroutedEvent,
  transactionEventKey,
  unroutedBefore,
  type Item,
  type ReceivedEvent,
  type RoutedMark,
  type StoredEvent,
  type UnroutedEvent,
} from '@leaderboard/tables';

export type InsertOutcome =
  | 'stored'
  /** The same request stored it, in an attempt whose response was lost. */
  | 'stored-before-by-this-request'
  | 'duplicate'
  /** The id is taken by another body. */
  | 'reused';

/** `unknown`: no event is stored under this id with this body. */
export type MarkOutcome = 'routed' | 'routed-before' | 'unknown';

export interface UnroutedQuery {
  /** One of `UNROUTED_PARTITIONS`. */
  readonly partition: string;
  /** ISO 8601 in UTC with ms. */
  readonly receivedBefore: string;
  /** The most events in the page. */
  readonly limit: number;
  /** `next` of the page before; `undefined` for the first page. */
  readonly from: Item | undefined;
}

/** Events not yet routed, oldest first. */
export interface UnroutedPage {
  readonly events: readonly UnroutedEvent[];
  /** Where the next page starts; `undefined` after the last page. */
  readonly next: Item | undefined;
}

/**
 * The `transaction-events` table. The validator inserts, the router marks, and the sweep finds, reads and marks; the role of
 * each function allows only that. Every method rejects with the client's error when the table cannot be reached.
 */
export class EventStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async insert(event: ReceivedEvent): Promise<InsertOutcome> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: toReceivedEventItem(event),
          ...ifAbsent(TRANSACTION_EVENTS_TABLE),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'stored';
    } catch (error) {
      const stored = storedEvent(error);
      if (stored?.bodyHash !== event.bodyHash) return 'reused';
      return stored.requestId === event.requestId ? 'stored-before-by-this-request' : 'duplicate';
    }
  }

  async findUnrouted(query: UnroutedQuery): Promise<UnroutedPage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        ...unroutedBefore(query.partition, query.receivedBefore),
        Limit: query.limit,
        ...(query.from && { ExclusiveStartKey: query.from }),
      }),
    );
    return { events: Items.map(toUnroutedEvent), next: LastEvaluatedKey };
  }

  /** The body of an event that is not yet routed, strongly consistent; otherwise `undefined`. */
  async readUnrouted(eventId: string): Promise<string | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({
        TableName: this.#tableName,
        Key: transactionEventKey(eventId),
        ConsistentRead: true,
      }),
    );
    const stored = Item && toStoredEvent(Item);
    return stored?.state === 'received' ? stored.body : undefined;
  }

  /** Marks an event as routed. From then on it is kept for the TTL of the mark. */
  async markRouted(eventId: string, mark: RoutedMark): Promise<MarkOutcome> {
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: transactionEventKey(eventId),
          ...markRouted(mark),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'routed';
    } catch (error) {
      return storedEvent(error)?.bodyHash === mark.bodyHash ? 'routed-before' : 'unknown';
    }
  }
}

/** The event that made a condition fail, if there is one. @throws any other error */
function storedEvent(error: unknown): StoredEvent | undefined {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
  return error.Item && toStoredEvent(fromAttributes(error.Item));
}
