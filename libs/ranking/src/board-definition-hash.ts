import { createHash } from 'node:crypto';
import type { BoardDefinition } from './board-definition.ts';

/** Raise it with every change of the fold or of the rank key's layout: stored standings are then folded anew. */
const RANKING_VERSION = 1;
/** 64 bits: two definitions that follow one another on a board do not collide, and the item stays small. */
const HASH_LENGTH = 16;

/**
 * A short text that is the same for definitions that give the same standings: the order of keys, of windows and of
 * update types does not matter. Stored with each standing, it tells one that was folded under another definition.
 *
 * @returns 16 hex digits of SHA-256.
 * @example boardDefinitionHash(before) === boardDefinitionHash(after) // false: fold anew
 */
export function boardDefinitionHash(definition: BoardDefinition): string {
  const parts = Object.entries({ ...definition, ranking_version: RANKING_VERSION })
    .map(([key, value]): [string, unknown] => [
      key,
      Array.isArray(value) ? value.toSorted() : value,
    ])
    .filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, HASH_LENGTH);
}
