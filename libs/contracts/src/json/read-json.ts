import type { ValidationIssue } from '../validation.ts';
import { scanJson } from './scan-json.ts';

/** Levels of objects and arrays in a body. DynamoDB, SQS and JSON parsers in the field all manage that many. */
export const MAX_JSON_DEPTH = 32;

export type JsonReading =
  | { readonly valid: true; readonly text: string; readonly value: unknown }
  | {
      readonly valid: false;
      readonly issues: readonly ValidationIssue[];
      /**
       * Set where only numbers are wrong, for a caller that judges the elements of an array one by one. An element that
       * has an issue must not be used: its number is another one here than in the text.
       */
      readonly value?: unknown;
    };

/**
 * Reads a body as JSON, strictly, so that it means the same to every reader: valid UTF-8 without a byte order mark
 * (where it comes as bytes), no object with the same key twice, at most {@link MAX_JSON_DEPTH} levels, and no number that
 * a double does not hold (rule `exactNumber`): an integer beyond ±(2^53−1), or a fraction or an exponent that is too
 * large, too small, or has more than 17 significant digits. Never throws.
 *
 * @example readJson('{"a":1,"a":2}') // issues: [{ rule: 'duplicateKey', message: 'the key "a" is there twice in one object', … }]
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

/** The engine's own message quotes the text, which has no place in a log. */
function placeOf({ message }: Error): string {
  const position = /at position \d+/.exec(message)?.[0];
  if (position !== undefined) return `: it stops being so ${position}`;
  return message.includes('end of JSON') ? ': it ends too early' : '';
}

function notJson(message: string): JsonReading {
  return { valid: false, issues: [{ path: '', rule: 'json', message, value_type: 'string' }] };
}
