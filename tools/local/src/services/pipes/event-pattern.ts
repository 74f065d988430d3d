import { LocalStackError } from '../../shared/errors.ts';

type Matcher = (value: unknown) => boolean;

/**
 * An EventBridge event pattern as a function ("Event patterns" in the EventBridge user guide). The local stack has the
 * comparisons exact value, `prefix`, `anything-but` and `exists`.
 *
 * @throws LocalStackError `UnsupportedProperty` for another comparison, `InvalidResource` for an invalid pattern
 * @example
 * compileEventPattern('{"eventName": ["INSERT"]}')({ eventName: 'INSERT' }) // true
 */
export function compileEventPattern(pattern: string): Matcher {
  let parsed: unknown;
  try {
    parsed = JSON.parse(pattern);
  } catch (cause) {
    throw invalid(pattern, cause);
  }
  if (!isRecord(parsed)) throw invalid(pattern);
  return fieldsMatcher(parsed, pattern);
}

function fieldsMatcher(fields: Record<string, unknown>, pattern: string): Matcher {
  const matchers = Object.entries(fields).map(([key, expected]): [string, Matcher] => {
    if (Array.isArray(expected)) return [key, anyOf(expected, pattern)];
    if (isRecord(expected)) return [key, fieldsMatcher(expected, pattern)];
    throw invalid(pattern);
  });
  return (value) => {
    const record = isRecord(value) ? value : {};
    return matchers.every(([key, matches]) => matches(record[key]));
  };
}

/** The value, or one element of a list, must match one of the alternatives. */
function anyOf(alternatives: readonly unknown[], pattern: string): Matcher {
  const matchers = alternatives.map((alternative) => comparison(alternative, pattern));
  return (value) => {
    const candidates = Array.isArray(value) && value.length > 0 ? (value as unknown[]) : [value];
    return candidates.some((candidate) => matchers.some((matches) => matches(candidate)));
  };
}

function comparison(alternative: unknown, pattern: string): Matcher {
  if (!isRecord(alternative)) return (value) => value === alternative;
  const [operator = '', operand] = Object.entries(alternative)[0] ?? [];
  if (operator === 'prefix' && typeof operand === 'string') {
    return (value) => typeof value === 'string' && value.startsWith(operand);
  }
  if (operator === 'exists' && typeof operand === 'boolean') {
    return (value) => (value !== undefined) === operand;
  }
  if (operator === 'anything-but' && !isRecord(operand)) {
    const excluded = [operand].flat();
    return (value) => value !== undefined && !excluded.includes(value);
  }
  throw new LocalStackError(
    'UnsupportedProperty',
    `The event pattern ${pattern} compares by "${operator}"; the local stack has exact values, prefix, anything-but and exists. ` +
      'Add the comparison to tools/local/src/services/pipes/event-pattern.ts.',
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(pattern: string, cause?: unknown): LocalStackError {
  return new LocalStackError(
    'InvalidResource',
    `${pattern} is not an event pattern, which is a JSON object whose leaves are lists, for example {"eventName": ["INSERT"]}.`,
    { cause },
  );
}
