import { findStructuralFault } from './structural-fault.ts';

/** Levels of objects and arrays in a body. DynamoDB, SQS and JSON parsers in the field all manage that many. */
export const MAX_BODY_DEPTH = 32;

export type JsonBody =
  | { readonly ok: true; readonly text: string; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a body as JSON, strictly: valid UTF-8 without a byte order mark, no object with the same key twice, at most
 * {@link MAX_BODY_DEPTH} levels. Parsers disagree about what a repeated key means, so the body could mean one thing here
 * and another to the consumer. Never throws.
 *
 * @example readJson(Buffer.from('{"a":1,"a":2}')) // { ok: false, reason: 'the key "a" is there twice in one object' }
 */
export function readJson(body: Uint8Array): JsonBody {
  if (body.length === 0) return { ok: false, reason: 'the body is empty' };
  const text = decode(body);
  if (text === undefined) return { ok: false, reason: 'the body is not UTF-8' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `the body is not JSON: ${(error as Error).message}` };
  }
  const fault = findStructuralFault(text, MAX_BODY_DEPTH);
  return fault === undefined ? { ok: true, text, value } : { ok: false, reason: fault };
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
