import type { Item } from '../conversion.ts';
import type { WriteCondition } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Sort key of a player's {@link Applied}. A board id cannot be equal to it: ids begin with a letter or a digit. */
export const APPLIED_SORT_KEY = '#applied';

/** How far a player's ledger is folded into all of that player's standings. The fields are the item's attributes. */
export interface Applied {
  /** Version of the newest ledger item that is folded in. */
  version: number;
  /** Its ledger timestamp (ms since the epoch): where a refold continues. */
  timestamp: number;
  /** Hashes of the definitions for which the standings are folded, sorted, joined by commas. */
  definition_hashes: string;
  /** When it was folded in (ms since the epoch). */
  applied_at: number;
}

export function appliedKey(playerId: string): Item {
  return standingsKey(playerId, APPLIED_SORT_KEY);
}

export function toAppliedItem(playerId: string, applied: Applied): Item {
  return {
    ...appliedKey(playerId),
    version: applied.version,
    timestamp: applied.timestamp,
    definition_hashes: applied.definition_hashes,
    applied_at: applied.applied_at,
  };
}

/** @throws {CorruptItemError} */
export function toApplied(item: Item): Applied {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    version: read.integer('version'),
    timestamp: read.integer('timestamp'),
    definition_hashes: read.string('definition_hashes'),
    applied_at: read.integer('applied_at'),
  };
}

/** The write takes place only if the player is still folded as far as was read, under the same definitions. */
export function ifAppliedIs({ version, definition_hashes }: Applied): WriteCondition {
  return {
    ConditionExpression: '#version = :version AND #hash = :hash',
    ExpressionAttributeNames: { '#version': 'version', '#hash': 'definition_hashes' },
    ExpressionAttributeValues: { ':version': version, ':hash': definition_hashes },
  };
}
