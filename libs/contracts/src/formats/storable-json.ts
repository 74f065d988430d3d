import { jsonPointer } from '../json/json-pointer.ts';
import { INTEGER_NOT_EXACT } from '../json/number-literal.ts';
import { shownText } from '../shown-text.ts';

/** DynamoDB takes 32 levels of nesting, of which the item and its attribute are the first (quotas page: "Nested attribute depth"). */
const MAX_DEPTH = 30;
/** The range of a DynamoDB number, either sign (quotas page: "Number"). */
const LEAST_MAGNITUDE = 1e-130;
const GREATEST_MAGNITUDE = 9.9e125;
/** SQS takes neither in a message ("SendMessage", Amazon SQS API Reference), so a pipe could not deliver them. */
const NONCHARACTER = /[\uFFFE\uFFFF]/;

/** What makes a value one that cannot stand in the ledger. */
export interface StorableFault {
  /** JSON pointer from the value that was checked to the part that fails. */
  readonly path: string;
  readonly rule: 'storable' | 'exactNumber';
  /** The part that fails. */
  readonly value: unknown;
  /** What is wrong with it, to follow its name. */
  readonly complaint: string;
}

/**
 * Finds the first part of a value that cannot stand in the ledger, or `undefined`. A value that can is nested at most 30
 * levels deep; its numbers are 0 or between 1E-130 and 9.9E+125 in magnitude, and what JSON writes as an integer lies
 * within ±(2^53−1); its strings and keys are well-formed Unicode without U+FFFE and U+FFFF, its keys not empty. A value
 * that has a `toJSON`, such as a Date, is judged by what that returns.
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

/** @param steps how the value was reached: never more than {@link MAX_DEPTH}, which bounds the recursion */
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
      // The path of a value that is too deep says nothing that its beginning does not say.
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

/** The value that JSON writes in place of this one. @throws whatever its toJSON throws */
function asWritten(value: unknown, key: string): unknown {
  const isAsked =
    typeof value === 'object' || typeof value === 'function' || typeof value === 'bigint';
  if (!isAsked || value === null) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, key) as unknown) : value;
}

/** At the object that has the key: a path that ends with such a key would be hard to read, and to send on. */
function keyFault(key: string): string | undefined {
  const complaint = key === '' ? 'must not be empty' : textFault(key);
  return complaint === undefined
    ? undefined
    : `has the key ${JSON.stringify(shownText(key))}, which ${complaint}`;
}

function textFault(text: string): string | undefined {
  if (!text.isWellFormed()) return 'must be well-formed Unicode, without half a surrogate pair';
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
