import { isNumber, type Item } from './conversion.ts';
import type { WriteCondition } from './expressions.ts';
import { ItemReader } from './item-reader.ts';
import { LEDGER_TABLE, type LedgerEntry } from './ledger.ts';
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

/** Where a player's ledger ends, and which of the player's messages was settled last. */
export interface Head {
  /** Version of the newest ledger item; 0 for a player without updates. */
  readonly version: number;
  /** Sort key of that item (ms since the epoch); 0 for a player without updates. */
  readonly timestamp: number;
  /** The last settled message; undefined in heads of releases that did not keep it. */
  readonly lastSettled: QueuePosition | undefined;
}

/** Place of a message in its queue. */
export interface QueuePosition {
  /** Decimal digits, more than a number holds. */
  readonly sequenceNumber: string;
  /** When the queue accepted the message (ms since the epoch). */
  readonly sentAtMs: number;
}

export const EMPTY_HEAD: Head = { version: 0, timestamp: 0, lastSettled: undefined };

/** What is remembered of an event id of a player. */
export interface Marker {
  /** In the version in which it was stored. */
  readonly contentHash: string;
  /** ISO 8601; undefined in markers of releases whose content hashes had no version. */
  readonly occurredAt: string | undefined;
  /** The SQS message that brought the update into the ledger. */
  readonly messageId: string;
  /** Sort key of the ledger item (ms since the epoch); undefined in markers of early releases. */
  readonly timestamp: number | undefined;
}

/** @param sortKey an event id, or {@link HEAD_SORT_KEY} */
export function processedEventKey(playerId: string, sortKey: string): Item {
  return { player_id: playerId, event_id: sortKey };
}

export function toHeadItem(playerId: string, { version, timestamp, lastSettled }: Head): Item {
  return {
    ...processedEventKey(playerId, HEAD_SORT_KEY),
    version,
    timestamp,
    ...(lastSettled && {
      sequence_number: lastSettled.sequenceNumber,
      sent_at: lastSettled.sentAtMs,
    }),
  };
}

/** Only the heads of a scan. It costs as much as one of everything: markers are left out after they are read. */
export const ONLY_HEADS = {
  FilterExpression: 'event_id = :head',
  ExpressionAttributeValues: { ':head': HEAD_SORT_KEY },
} as const;

/** @throws {CorruptItemError} */
export function toHead(item: Item): Head & { readonly playerId: string } {
  const read = new ItemReader(PROCESSED_EVENTS_TABLE, item);
  const sequenceNumber = read.stringIfAny('sequence_number');
  return {
    playerId: read.string('player_id'),
    version: read.integer('version'),
    timestamp: read.integer('timestamp'),
    lastSettled:
      sequenceNumber === undefined
        ? undefined
        : { sequenceNumber, sentAtMs: read.integer('sent_at') },
  };
}

/**
 * The head that a ledger item says, for a player whose head is lost. The ledger does not keep when the queue accepted the
 * message: not later than the end of the second in which the processor wrote it.
 *
 * @param item the player's newest
 * @returns undefined for an item without a version that came into the ledger past the processor: it has no place in it
 * @throws {CorruptItemError}
 */
export function toHeadOfLedger(item: Item): Head | undefined {
  const read = new ItemReader(LEDGER_TABLE, item);
  const isForeign = item['message_id'] === undefined;
  if (isForeign && !isNumber(item['version'])) return undefined;
  const sequenceNumber = read.stringIfAny('sequence_number');
  return {
    version: read.integer('version'),
    timestamp: read.integer('timestamp'),
    lastSettled:
      sequenceNumber === undefined
        ? undefined
        : { sequenceNumber, sentAtMs: (read.integer('processing_timestamp') + 1) * 1_000 },
  };
}

/** The write takes place only if this head is still stored. */
export function ifHeadIs({ version, lastSettled }: Head): WriteCondition {
  const settled = lastSettled
    ? 'sequence_number = :sequence'
    : 'attribute_not_exists(sequence_number)';
  return {
    ConditionExpression: `#version = :version AND ${settled}`,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: {
      ':version': version,
      ...(lastSettled && { ':sequence': lastSettled.sequenceNumber }),
    },
  };
}

/** The write takes place only if nobody has replaced or renewed this marker. It may have expired. */
export function ifMarkerIs({ messageId, timestamp }: Marker): WriteCondition {
  return {
    ConditionExpression:
      'attribute_not_exists(player_id) OR (message_id = :message AND #timestamp = :timestamp)',
    ExpressionAttributeNames: { '#timestamp': 'timestamp' },
    ExpressionAttributeValues: { ':message': messageId, ':timestamp': timestamp },
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
  return {
    contentHash,
    messageId,
    occurredAt: read.stringIfAny('occurred_at'),
    timestamp: read.integerIfAny('timestamp'),
  };
}
