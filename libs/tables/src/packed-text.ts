import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A text of at most this length is stored as it is, so that it can be read in the console. */
const PLAIN_CHARACTERS = 400;

/**
 * A text as an attribute: a longer one is compressed (raw DEFLATE, RFC 1951), because DynamoDB counts the bytes of each write
 * and each read.
 */
export function packText(text: string): string | Uint8Array {
  return text.length <= PLAIN_CHARACTERS ? text : deflateRawSync(text);
}

/** The text that {@link packText} stored; undefined for any other value. */
export function unpackText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!(value instanceof Uint8Array)) return undefined;
  try {
    return inflateRawSync(value).toString();
  } catch {
    return undefined;
  }
}
