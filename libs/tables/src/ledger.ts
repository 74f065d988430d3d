import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { BoardUpdate, VersionedUpdate } from '@leaderboard/ranking';
import { fromAttributes, toAttributes, type Attributes, type Item } from './conversion.ts';
import { queryOf, type QueryExpression } from './expressions.ts';
import { CorruptItemError, ItemReader } from './item-reader.ts';
import { fromJsonAttribute, jsonAttribute } from './json-attribute.ts';
import type { TableDefinition } from './table-definition.ts';

/**
 * The ledger: every accepted update, one item each, in the order of its player. Items are inserted and never changed. Its
 * stream is what the standings are made of.
 */
export const LEDGER_TABLE = {
  name: 'leaderboard-data',
  partitionKey: { name: 'player_id', type: 'S' },
  sortKey: { name: 'timestamp', type: 'N' },
  stream: 'NEW_AND_OLD_IMAGES',
  repair: 'Restore the item from a point-in-time recovery of the table.',
} as const satisfies TableDefinition;

/** SQS uses sequence numbers of 20 digits; shorter ones, of other engines, are padded so that all sort as strings. */
const SEQUENCE_NUMBER_DIGITS = 20;

/** An accepted update with its place in the ledger. */
export interface LedgerEntry {
  readonly update: LeaderboardUpdate;
  /** Dense per player, from 1. */
  readonly version: number;
  /** Sort key, in ms since the epoch; rises strictly with the version. */
  readonly timestamp: number;
  /** When the processor wrote it, in s since the epoch. */
  readonly processingTimestamp: number;
  /** The SQS message that brought it. */
  readonly messageId: string;
  readonly sequenceNumber: string;
}

/** What the standings use of a ledger item. The fields are the item's attributes. */
export interface LedgerUpdate extends VersionedUpdate, BoardUpdate {
  /** Sort key in the ledger (ms since the epoch). */
  timestamp: number;
}

/** What players may see of a ledger item: no metadata, no message id. The fields are the item's attributes. */
export interface HistoryUpdate {
  /** Sort key in the ledger (ms since the epoch). */
  timestamp: number;
  occurred_at: string;
  game_id: string;
  /** Decimal digits, exactly as stored. */
  score: string;
  update_type: string;
  event_id: string;
  version: number;
}

/**
 * Attributes of a ledger item that {@link toLedgerUpdate} reads. The pipe to the standings carries these and no other:
 * what else an item holds may contain characters that SQS refuses.
 */
export const LEDGER_UPDATE_ATTRIBUTES = [
  'player_id',
  'timestamp',
  'version',
  'game_id',
  'score',
  'update_type',
  'occurred_at',
] as const satisfies readonly (keyof LedgerUpdate)[];

/** Attributes of a ledger item that {@link toHistoryUpdate} reads. */
export const HISTORY_ATTRIBUTES = [
  'timestamp',
  'occurred_at',
  'game_id',
  'score',
  'update_type',
  'event_id',
  'version',
] as const satisfies readonly (keyof HistoryUpdate)[];

export function ledgerKey(playerId: string, timestamp: number): Item {
  return { player_id: playerId, timestamp };
}

/**
 * The item of an entry: every field of the update, and its place in the ledger. It is for a request of the plain client,
 * because the metadata is JSON that the document client cannot carry.
 */
export function toLedgerAttributes(entry: LedgerEntry): Attributes {
  const { metadata, ...fields } = entry.update;
  return {
    ...toAttributes({
      ...fields,
      timestamp: entry.timestamp,
      processing_timestamp: entry.processingTimestamp,
      message_id: entry.messageId,
      version: entry.version,
      sequence_number: entry.sequenceNumber.padStart(SEQUENCE_NUMBER_DIGITS, '0'),
    }),
    metadata: jsonAttribute(metadata),
  };
}

/**
 * The entry that an item of the plain client holds: what {@link toLedgerAttributes} was made from, the sequence number padded.
 *
 * @returns undefined for an item that the processor has not written: it has no message id
 * @throws {CorruptItemError} for an item of the processor that is damaged
 */
export function toLedgerEntry({ metadata, ...attributes }: Attributes): LedgerEntry | undefined {
  const read = new ItemReader(LEDGER_TABLE, fromAttributes(attributes));
  const messageId = read.stringIfAny('message_id');
  if (messageId === undefined) return undefined;
  return {
    update: {
      player_id: read.string('player_id'),
      event_id: read.string('event_id'),
      game_id: read.string('game_id'),
      score: Number(read.decimal('score')),
      update_type: read.string('update_type') as LeaderboardUpdate['update_type'],
      occurred_at: read.string('occurred_at'),
      metadata: metadata ? toMetadata(metadata) : {},
    },
    version: read.integer('version'),
    timestamp: read.integer('timestamp'),
    processingTimestamp: read.integer('processing_timestamp'),
    messageId,
    sequenceNumber: read.string('sequence_number'),
  };
}

function toMetadata(attribute: AttributeValue): LeaderboardUpdate['metadata'] {
  try {
    return fromJsonAttribute(attribute) as LeaderboardUpdate['metadata'];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message = `The metadata of an item of the table ${LEDGER_TABLE.name} is not JSON: ${error.message} ${LEDGER_TABLE.repair}`;
    throw new CorruptItemError(LEDGER_TABLE.name, 'metadata', message);
  }
}

/**
 * The update in a ledger item that holds {@link LEDGER_UPDATE_ATTRIBUTES}, from the table or from its stream.
 *
 * @throws {CorruptItemError} for an item that the processor has not written
 */
export function toLedgerUpdate(item: Item): LedgerUpdate {
  const read = new ItemReader(LEDGER_TABLE, item);
  return {
    player_id: read.string('player_id'),
    timestamp: read.integer('timestamp'),
    version: read.integer('version'),
    game_id: read.string('game_id'),
    // Exact: a score has at most 15 significant digits.
    score: Number(read.decimal('score')),
    update_type: read.string('update_type'),
    occurred_at: read.string('occurred_at'),
  };
}

/**
 * The update in a ledger item that holds {@link HISTORY_ATTRIBUTES}.
 *
 * @throws {CorruptItemError}
 */
export function toHistoryUpdate(item: Item): HistoryUpdate {
  const read = new ItemReader(LEDGER_TABLE, item);
  return {
    timestamp: read.integer('timestamp'),
    occurred_at: read.string('occurred_at'),
    game_id: read.string('game_id'),
    score: read.decimal('score'),
    update_type: read.string('update_type'),
    event_id: read.string('event_id'),
    version: read.integer('version'),
  };
}

/** A player's ledger items from the newest on, one a page, with what `toHeadOfLedger` reads. */
export function endOfLedger(playerId: string): QueryExpression & QueryOrder {
  const attributes = [
    'version',
    'timestamp',
    'sequence_number',
    'processing_timestamp',
    'message_id',
  ];
  return {
    ...queryOf(LEDGER_TABLE, playerId, { attributes }),
    ScanIndexForward: false,
    Limit: 1,
  };
}

interface QueryOrder {
  readonly ScanIndexForward: boolean;
  readonly Limit: number;
}
