import { hash } from 'node:crypto';

/**
 * A JSON value as a string, with sorted keys and no white space: the same string for values that differ only in the order of
 * their keys. Numbers are written as by `JSON.stringify`, so 1.0, 1e0 and 1 are the same, and so are -0 and 0.
 *
 * The value is one that `readJson` returns: it holds no `undefined`, and does not nest deeper than the call stack allows.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => compareKeys(a, b));
  return `{${fields.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join()}}`;
}

/** The order in which JavaScript enumerates an object with sorted keys: array indexes come first, as numbers. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [arrayIndex(a), arrayIndex(b)];
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return a < b ? -1 : 1;
}

/** ECMAScript: an integer from 0 to 2^32 - 2, written as a number is. */
function arrayIndex(key: string): number | undefined {
  return ARRAY_INDEX.test(key) && Number(key) <= 4_294_967_294 ? Number(key) : undefined;
}

const ARRAY_INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** SHA-256, in hex, of the {@link canonicalJson} of a value. Stored hashes depend on it: it never changes. */
export function canonicalHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** In hex. */
export function sha256(text: string): string {
  return hash('sha256', text);
}
