import { createHash } from 'node:crypto';
import { TRANSACTION_TYPES, type TransactionType } from '@leaderboard/contracts';
import type { Item } from './conversion.ts';
import { queryOf, type QueryExpression, type UpdateExpression } from './expressions.ts';
import { ItemReader } from './item-reader.ts';
import type { IndexDefinition, TableDefinition } from './table-definition.ts';

/** Events that are not yet routed, by when they were received. Sparse: routing an event removes it from the index. */
export const UNROUTED_INDEX = {
  name: 'unrouted',
  partitionKey: { name: 'unrouted', type: 'S' },
  sortKey: { name: 'received_at', type: 'S' },
  projection: 'KEYS_ONLY',
} as const satisfies IndexDefinition;

/** Webhook events as they were accepted, and whether each has reached the queue of its type. */
export const TRANSACTION_EVENTS_TABLE = {
  name: 'transaction-events',
  partitionKey: { name: 'event_id', type: 'S' },
  indexes: [UNROUTED_INDEX],
  expiryAttribute: 'expires_at',
  repair: 'Restore the item from a point-in-time recovery of the table.',
} as const satisfies TableDefinition;

/** `received`: stored, not yet in its queue. `routed`: in its queue. */
type EventState = 'received' | 'routed';

/** What the validator stores. */
export interface ReceivedEvent {
  readonly eventId: string;
  readonly transactionType: TransactionType;
  readonly body: string;
  readonly bodyHash: string;
  /** ISO 8601 in UTC with ms, so that strings sort by time. */
  readonly receivedAt: string;
  /** The request that brought the event. */
  readonly requestId: string;
}

/** What a stored event says of itself; undefined where the item lacks it. */
export interface StoredEvent {
  readonly state: string | undefined;
  readonly body: string | undefined;
  readonly bodyHash: string | undefined;
  readonly requestId: string | undefined;
}

/** An entry of the index of unrouted events. */
export interface UnroutedEvent {
  readonly eventId: string;
  /** ISO 8601 in UTC with ms. */
  readonly receivedAt: string;
}

/** Partitions per type: the gateway's 1,000 requests/s write 2,000 index units/s; a partition takes 1,000. */
const SHARDS_PER_TYPE = 4;

/**
 * The partition of the index of unrouted events for an event: its type, so that one queue that is down does not hold up the
 * events of the others, and a shard, so that no partition is hot.
 */
export function unroutedPartition(transactionType: TransactionType, eventId: string): string {
  const shard = createHash('sha256').update(eventId).digest().readUInt8(0) % SHARDS_PER_TYPE;
  return `${transactionType}#${shard}`;
}

/** Every value that {@link unroutedPartition} can return. */
export const UNROUTED_PARTITIONS: readonly string[] = TRANSACTION_TYPES.flatMap((type) =>
  Array.from({ length: SHARDS_PER_TYPE }, (_, shard) => `${type}#${shard}`),
);

export function transactionEventKey(eventId: string): Item {
  return { event_id: eventId };
}

/** Has no `expires_at`: an event that is not yet routed must not expire. */
export function toReceivedEventItem(event: ReceivedEvent): Item {
  return {
    ...transactionEventKey(event.eventId),
    state: 'received' satisfies EventState,
    unrouted: unroutedPartition(event.transactionType, event.eventId),
    transaction_type: event.transactionType,
    body: event.body,
    body_hash: event.bodyHash,
    received_at: event.receivedAt,
    request_id: event.requestId,
  };
}

export function toStoredEvent(item: Item): StoredEvent {
  const read = new ItemReader(TRANSACTION_EVENTS_TABLE, item);
  return {
    state: read.stringIfAny('state'),
    body: read.stringIfAny('body'),
    bodyHash: read.stringIfAny('body_hash'),
    requestId: read.stringIfAny('request_id'),
  };
}

/** The query of a partition's unrouted events, oldest first. @param receivedBefore ISO 8601 in UTC with ms */
export function unroutedBefore(partition: string, receivedBefore: string): QueryExpression {
  return queryOf(UNROUTED_INDEX, partition, { sortKey: { below: receivedBefore } });
}

/** @throws {CorruptItemError} */
export function toUnroutedEvent(item: Item): UnroutedEvent {
  const read = new ItemReader(TRANSACTION_EVENTS_TABLE, item);
  return { eventId: read.string('event_id'), receivedAt: read.string('received_at') };
}

export interface RoutedMark {
  readonly bodyHash: string;
  /** ms since the epoch. */
  readonly routedAtMs: number;
  /** How long the event is kept from then on. */
  readonly ttlSeconds: number;
}

/** Marks an event as routed, if it is there with this body and is not marked yet. */
export function markRouted({ bodyHash, routedAtMs, ttlSeconds }: RoutedMark): UpdateExpression {
  return {
    UpdateExpression:
      'SET #state = :routed, routed_at = :routed_at, expires_at = :expires_at REMOVE unrouted',
    ConditionExpression: '#state = :received AND body_hash = :body_hash',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':routed': 'routed' satisfies EventState,
      ':received': 'received' satisfies EventState,
      ':routed_at': new Date(routedAtMs).toISOString(),
      ':expires_at': Math.floor(routedAtMs / 1_000) + ttlSeconds,
      ':body_hash': bodyHash,
    },
  };
}
