import type { Item } from '../conversion.ts';
import type { WriteCondition } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { PROGRESS_PARTITION } from './progress.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Few, since every live read reads all of them. */
export const RETRY_SLOTS = 64;

/** What the sort key of a retry note begins with. */
export const RETRY_SORT_KEY_PREFIX = 'retry-';

/** How long a note stays in the table after it has ended, at least (s). */
const TTL_SECONDS = 3_600;

/**
 * Records of a player went back to the queue: until they are retried, the standings lack an update as old as
 * `ledgerTimestamp`, however far the projectors are with the others.
 */
export interface RetryNote {
  /** Empty when the note is about several players, whose notes have the same slot. */
  readonly player: string;
  /** When the oldest of the updates was written to the ledger (ms since the epoch). */
  readonly ledgerTimestamp: number;
  /** When the note ends (ms since the epoch). */
  readonly until: number;
}

export function retryNoteKey(slot: number): Item {
  return standingsKey(
    PROGRESS_PARTITION,
    `${RETRY_SORT_KEY_PREFIX}${String(slot).padStart(2, '0')}`,
  );
}

export function toRetryNoteItem(slot: number, note: RetryNote): Item {
  return { ...retryNoteKey(slot), ...toRetryNoteAttributes(note) };
}

/** What a retry note holds beside its key. */
export function toRetryNoteAttributes(note: RetryNote): Item {
  return {
    player: note.player,
    ledger_timestamp: note.ledgerTimestamp,
    until: note.until,
    expires_at: Math.ceil(note.until / 1_000) + TTL_SECONDS,
  };
}

/** @throws {CorruptItemError} */
export function toRetryNote(item: Item): RetryNote {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    player: read.string('player'),
    ledgerTimestamp: read.integer('ledger_timestamp'),
    until: read.integer('until'),
  };
}

/** Nothing is lost if this note replaces the one in its slot: that one has ended, or is of the same player and no older. */
export function ifSlotIsFreeFor(
  { player, ledgerTimestamp }: RetryNote,
  nowMs: number,
): WriteCondition {
  return {
    ConditionExpression:
      'attribute_not_exists(player_id) OR #until < :now OR (#player = :player AND ledger_timestamp >= :oldest)',
    ExpressionAttributeNames: { '#until': 'until', '#player': 'player' },
    ExpressionAttributeValues: { ':now': nowMs, ':player': player, ':oldest': ledgerTimestamp },
  };
}

/** The write takes place only if the slot still holds this note. */
export function ifRetryNoteIs({ ledgerTimestamp, until }: RetryNote): WriteCondition {
  return {
    ConditionExpression: '#until = :until AND ledger_timestamp = :oldest',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':until': until, ':oldest': ledgerTimestamp },
  };
}

/** The write takes place only if the note in the slot is of this player alone. */
export function ifRetryNoteIsOf(playerId: string): WriteCondition {
  return {
    ConditionExpression: '#player = :player',
    ExpressionAttributeNames: { '#player': 'player' },
    ExpressionAttributeValues: { ':player': playerId },
  };
}
