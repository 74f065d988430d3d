import type { ValidationIssue } from '../issues.ts';
import { scanJson } from './scan-json.ts';

/** Maximum levels of objects and arrays in a body. DynamoDB, SQS and common JSON parsers support that many. */
export const MAX_JSON_DEPTH = 32;

export type JsonReading =
  | { readonly valid: true; readonly text: string; readonly value: unknown }
  | {
      readonly valid: false;
      readonly issues: readonly ValidationIssue[];
      /**
       * Set where only numbers are wrong, for a caller that validates the elements of an array one by one. An element with an
       * issue must not be used: its number here differs from the one in the body.
       */
      readonly value?: unknown;
    };

/**
 * Reads a body as strict JSON, so that every parser gets the same value: valid UTF-8 without a byte order mark (if given as
 * bytes), no duplicate key in an object, at most {@link MAX_JSON_DEPTH} levels, and no number that a double cannot represent
 * (rule `exactNumber`): an integer beyond ±(2^53−1), or another number that is too large, too small, or has more than 17
 * significant digits. Never throws.
 *
 * @example readJson('{"a":1,"a":2}') // issues: [{ rule: 'duplicateKey', message: 'the key "a" appears twice in one object', … }]
 * @example readJson('{"id":76561198000000001}') // issues: [{ rule: 'exactNumber', path: '/id', … }]
 */
export function readJson(body: string | Uint8Array): JsonReading {
  if (body.length === 0) return notJson('the body is empty');
  const text = typeof body === 'string' ? body : decode(body);
  if (text === undefined) return notJson('the body is not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return notJson(`the body is not JSON${placeOf(error as Error)}`);
  }
  const { structural, numbers } = scanJson(text, MAX_JSON_DEPTH);
  if (structural !== undefined) return { valid: false, issues: [structural] };
  return numbers.length === 0
    ? { valid: true, text, value }
    : { valid: false, issues: numbers, value };
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** JavaScript's own message quotes the body, which does not belong in a log. */
function placeOf({ message }: Error): string {
  const position = /at position \d+/.exec(message)?.[0];
  if (position !== undefined) return `: syntax error ${position}`;
  return message.includes('end of JSON') ? ': unexpected end' : '';
}

function notJson(message: string): JsonReading {
  return { valid: false, issues: [{ path: '', rule: 'json', message, value_type: 'string' }] };
}
