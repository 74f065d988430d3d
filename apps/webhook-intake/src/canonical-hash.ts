import { createHash } from 'node:crypto';

/**
 * SHA-256, in hex, of a JSON value with the keys of every object in order: equal for bodies that differ only in white
 * space or in the order of their keys.
 *
 * The value must not nest deeper than the call stack allows; `readJson` sees to that.
 */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
