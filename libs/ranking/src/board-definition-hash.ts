import { createHash } from 'node:crypto';
import type { BoardDefinition } from './board-definition.ts';

/** Increase it with every change of the fold or of the layout of rank keys: stored standings are then folded again. */
const RANKING_VERSION = 1;
/** 64 bits: successive definitions of a board do not collide, and the item stays small. */
const HASH_LENGTH = 16;

/**
 * A short hash that is the same for definitions that produce the same standings: the order of keys, of windows and of update
 * types does not matter. It is stored with each standing and shows whether the definition has changed since.
 *
 * @returns 16 hex digits of SHA-256.
 * @example boardDefinitionHash(before) === boardDefinitionHash(after) // false: fold again
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
