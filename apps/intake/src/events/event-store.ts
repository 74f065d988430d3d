import { createHash } from 'node:crypto';
import { TRANSACTION_TYPES, type TransactionType } from '@leaderboard/contracts';

/** An event on its way from the validator: `received` is stored and owed to its queue, `routed` has been sent there. */
export type EventState = 'received' | 'routed';

/** What the validator stores. */
export interface ReceivedEvent {
  readonly eventId: string;
  readonly transactionType: TransactionType;
  readonly body: string;
  readonly bodyHash: string;
  /** ISO 8601 in UTC with milliseconds, so that texts sort by time. */
  readonly receivedAt: string;
  /** The request that brought the event. */
  readonly requestId: string;
}

export type InsertOutcome =
  | { readonly kind: 'stored' }
  /** Stored by this very request: an attempt whose answer was lost. */
  | { readonly kind: 'stored-before-by-this-request' }
  | { readonly kind: 'duplicate' }
  /** The id is taken by another body. */
  | { readonly kind: 'reused' };

/** The validator's side of the table. Rejects when the table cannot be reached. */
export interface AcceptedEvents {
  insert(event: ReceivedEvent): Promise<InsertOutcome>;
}

/** What became of a mark: `unknown` means that the event is not there, or with another body. */
export type MarkOutcome = 'routed' | 'routed-before' | 'unknown';

/** The router's side of the table. */
export interface RoutedMarks {
  /** @param routedAtMs milliseconds since 1970; the event is kept from then on for the table's TTL. */
  markRouted(eventId: string, bodyHash: string, routedAtMs: number): Promise<MarkOutcome>;
}

/** One page of events that are owed to their queue, oldest first. */
export interface UnroutedPage {
  readonly events: readonly { readonly eventId: string; readonly receivedAt: string }[];
  readonly next: UnroutedCursor | undefined;
}

/** Where the next page starts; only the store looks inside. */
export type UnroutedCursor = Readonly<Record<string, unknown>>;

/** The sweep's side of the table. */
export interface UnroutedEvents {
  findUnrouted(
    partition: string,
    receivedBefore: string,
    limit: number,
    from: UnroutedCursor | undefined,
  ): Promise<UnroutedPage>;
  /** The body of an event that is still `received`, strongly consistent; `undefined` if it is not. */
  readUnrouted(eventId: string): Promise<string | undefined>;
}

/** Partitions per type: the gateway's 1,000 requests/s write 2,000 index units/s; a partition takes 1,000. */
const SHARDS_PER_TYPE = 4;

/**
 * The partition key of the sparse index for an event: its type, so that one queue that is down does not hold up the
 * events of the others, and a shard, so that no partition is hot.
 */
export function unroutedPartition(transactionType: TransactionType, eventId: string): string {
  const shard = createHash('sha256').update(eventId).digest().readUInt8(0) % SHARDS_PER_TYPE;
  return `${transactionType}#${shard}`;
}

/** Every key that {@link unroutedPartition} can give. */
export const UNROUTED_PARTITIONS: readonly string[] = TRANSACTION_TYPES.flatMap((type) =>
  Array.from({ length: SHARDS_PER_TYPE }, (_, shard) => `${type}#${shard}`),
);
