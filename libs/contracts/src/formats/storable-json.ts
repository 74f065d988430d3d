import { jsonPointer, shownText } from '../issues.ts';
import { INTEGER_NOT_EXACT } from '../json/number-literal.ts';

/** DynamoDB allows 32 levels of nesting; the item and the attribute are the first two (quotas page: "Nested attribute depth"). */
const MAX_DEPTH = 30;
/** The range of a DynamoDB number, either sign (quotas page: "Number"). */
const LEAST_MAGNITUDE = 1e-130;
const GREATEST_MAGNITUDE = 9.9e125;
/** SQS allows neither in a message ("SendMessage", Amazon SQS API Reference). */
const NONCHARACTER = /[\uFFFE\uFFFF]/;

/** Why a value cannot be stored in the ledger. */
export interface StorableFault {
  /** JSON pointer from the checked value to the failing part. */
  readonly path: string;
  readonly rule: 'storable' | 'exactNumber';
  /** The failing part. */
  readonly value: unknown;
  /** What is wrong, to be printed after the name of the part. */
  readonly complaint: string;
}

/**
 * Finds the first part of a value that cannot be stored in the ledger, or returns `undefined`. A storable value is nested at
 * most 30 levels deep. Its numbers are 0 or between 1E-130 and 9.9E+125 in magnitude; numbers that JSON writes as integers
 * are within ±(2^53−1). Its strings and keys are well-formed Unicode without U+FFFE and U+FFFF, its keys not empty. For a
 * value with a `toJSON`, such as a Date, the returned value is checked.
 *
 * @example findStorableFault({ laps: [61.2, 59.8] }) // undefined
 * @example findStorableFault({ steam_id: 76561198000000001 })?.path // '/steam_id'
 */
export function findStorableFault(value: unknown): StorableFault | undefined {
  return faultIn(value, []);
}

interface Step {
  readonly key: string;
  readonly container: object;
}

/** @param steps the path to the value: at most {@link MAX_DEPTH} steps, which bounds the recursion */
function faultIn(given: unknown, steps: readonly Step[]): StorableFault | undefined {
  let value = given;
  const fault = (complaint: string, rule: StorableFault['rule'] = 'storable'): StorableFault => ({
    path: jsonPointer(steps.map(({ key }) => key)),
    rule,
    value,
    complaint,
  });
  try {
    value = asWritten(given, steps.at(-1)?.key ?? '');
  } catch (error) {
    return fault(
      `cannot be written as JSON: ${error instanceof Error ? error.message : 'toJSON failed'}`,
    );
  }
  switch (typeof value) {
    case 'number':
      if (isWrittenAsInexactInteger(value)) return fault(INTEGER_NOT_EXACT, 'exactNumber');
      return isInRange(value)
        ? undefined
        : fault('must be 0 or between 1E-130 and 9.9E+125 in magnitude');
    case 'bigint':
      return fault('is not a JSON value: send it as a string');
    case 'function':
    case 'symbol':
      return fault('is not a JSON value');
    case 'string': {
      const complaint = textFault(value);
      return complaint === undefined ? undefined : fault(complaint);
    }
    case 'object':
      if (value === null) return undefined;
      if (steps.some(({ container }) => container === value)) return fault('contains itself');
      // The whole path of a value that is too deep would not help: its first key is enough.
      if (steps.length === MAX_DEPTH) {
        const complaint = `must be nested at most ${MAX_DEPTH} levels deep`;
        return { path: '', rule: 'storable', value: steps[0]?.container, complaint };
      }
      return firstFault(Object.entries(value), ([key, part]) => {
        const complaint = keyFault(key);
        return complaint === undefined
          ? faultIn(part, [...steps, { key, container: value }])
          : fault(complaint);
      });
    default:
      return undefined;
  }
}

/** The value that JSON writes instead of this one. @throws the error of its toJSON */
function asWritten(value: unknown, key: string): unknown {
  const mayHaveToJson =
    typeof value === 'object' || typeof value === 'function' || typeof value === 'bigint';
  if (!mayHaveToJson || value === null) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, key) as unknown) : value;
}

/** Reported for the object that has the key, because a path with such a key is hard to read and to send. */
function keyFault(key: string): string | undefined {
  const complaint = key === '' ? 'must not be empty' : textFault(key);
  return complaint === undefined
    ? undefined
    : `has the key ${JSON.stringify(shownText(key))}, which ${complaint}`;
}

function textFault(text: string): string | undefined {
  if (!text.isWellFormed()) return 'must be well-formed Unicode, without unpaired surrogates';
  return NONCHARACTER.test(text) ? 'must not contain U+FFFE or U+FFFF' : undefined;
}

/** JSON writes integers below 1e21 in magnitude without an exponent. */
function isWrittenAsInexactInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes('e');
}

function isInRange(value: number): boolean {
  const magnitude = Math.abs(value);
  return value === 0 || (magnitude >= LEAST_MAGNITUDE && magnitude <= GREATEST_MAGNITUDE);
}

function firstFault<T>(
  items: readonly T[],
  find: (item: T) => StorableFault | undefined,
): StorableFault | undefined {
  for (const item of items) {
    const fault = find(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

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
