import type { Item } from './conversion.ts';
import { ifAbsent, type WriteCondition } from './expressions.ts';
import { ItemReader } from './item-reader.ts';
import type { LedgerEntry } from './ledger.ts';
import type { TableDefinition } from './table-definition.ts';

/**
 * What the processor remembers: of each player the head, which says where the ledger ends, and of each event id a marker,
 * by which a repeat is recognized until it expires. Heads do not expire.
 */
export const PROCESSED_EVENTS_TABLE = {
  name: 'processed-events',
  partitionKey: { name: 'player_id', type: 'S' },
  sortKey: { name: 'event_id', type: 'S' },
  expiryAttribute: 'expires_at',
  repair: 'Restore the item from a point-in-time recovery of the table.',
} as const satisfies TableDefinition;

/** Sort key of a player's head. An event id cannot be equal to it: ids begin with a letter or a digit. */
export const HEAD_SORT_KEY = '#head';

/** Where a player's ledger ends. A player without updates has version 0 and timestamp 0. */
export interface Head {
  /** Version of the newest ledger item. */
  readonly version: number;
  /** Its sort key (ms since the epoch). */
  readonly timestamp: number;
}

export const EMPTY_HEAD: Head = { version: 0, timestamp: 0 };

/** What is remembered of an event id of a player. */
export interface Marker {
  /** In the version in which it was stored. */
  readonly contentHash: string;
  /** ISO 8601; undefined in markers of releases whose content hashes had no version. */
  readonly occurredAt: string | undefined;
  /** The SQS message that brought the update into the ledger. */
  readonly messageId: string;
}

/** @param sortKey an event id, or {@link HEAD_SORT_KEY} */
export function processedEventKey(playerId: string, sortKey: string): Item {
  return { player_id: playerId, event_id: sortKey };
}

export function toHeadItem(playerId: string, { version, timestamp }: Head): Item {
  return { ...processedEventKey(playerId, HEAD_SORT_KEY), version, timestamp };
}

/** @throws {CorruptItemError} */
export function toHead(item: Item): Head & { readonly playerId: string } {
  const read = new ItemReader(PROCESSED_EVENTS_TABLE, item);
  return {
    playerId: read.string('player_id'),
    version: read.integer('version'),
    timestamp: read.integer('timestamp'),
  };
}

/** The write takes place only if the player's ledger still ends at this head. */
export function ifHeadIs({ version }: Head): WriteCondition {
  if (version === EMPTY_HEAD.version) return ifAbsent(PROCESSED_EVENTS_TABLE);
  return {
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':expected': version },
  };
}

/** @param ttlSeconds how long the marker is kept, from when the processor wrote the entry */
export function toMarkerItem(entry: LedgerEntry, contentHash: string, ttlSeconds: number): Item {
  const { update, messageId, version, timestamp, processingTimestamp } = entry;
  return {
    ...processedEventKey(update.player_id, update.event_id),
    // The name is older than the hash of the content alone; the value says its version.
    body_hash: contentHash,
    occurred_at: update.occurred_at,
    message_id: messageId,
    version,
    timestamp,
    expires_at: processingTimestamp + ttlSeconds,
  };
}

/** The marker that an item holds; undefined if it holds none. */
export function toMarker(item: Item): Marker | undefined {
  const read = new ItemReader(PROCESSED_EVENTS_TABLE, item);
  const contentHash = read.stringIfAny('body_hash');
  const messageId = read.stringIfAny('message_id');
  if (contentHash === undefined || messageId === undefined) return undefined;
  return { contentHash, messageId, occurredAt: read.stringIfAny('occurred_at') };
}
