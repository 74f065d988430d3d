/**
 * The size of a value as JSON, in UTF-8 bytes. Infinity for a value with too many levels to serialize (some thousands): a few
 * KB of brackets can be parsed, and their validation must not throw. 0 for a value that cannot be serialized, such as a
 * bigint, a cycle, or one whose toJSON throws: the `storable` keyword reports where it is.
 */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value), 'utf8');
  } catch (error) {
    return error instanceof RangeError ? Number.POSITIVE_INFINITY : 0;
  }
}
