/**
 * The length of a value as JSON, in UTF-8 bytes. Infinite for one that is nested too deep to be written, some thousand
 * levels: a few KB of brackets parse, and must not throw where they are judged. 0 for one that JSON cannot write, such as
 * a bigint, a cycle, or one whose toJSON throws: the `storable` keyword says where it is.
 */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value), 'utf8');
  } catch (error) {
    return error instanceof RangeError ? Number.POSITIVE_INFINITY : 0;
  }
}
