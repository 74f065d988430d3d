import { createHash } from 'node:crypto';

/**
 * A JSON value as a string, with sorted keys and no white space: the same string for values that differ only in the order of
 * their keys. Numbers are written as by `JSON.stringify`, so 1.0, 1e0 and 1 are the same, and so are -0 and 0.
 *
 * The value must not nest deeper than the call stack allows; `readJson` checks that.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** SHA-256, in hex, of the {@link canonicalJson} of a value. Stored hashes depend on it: it never changes. */
export function canonicalHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
