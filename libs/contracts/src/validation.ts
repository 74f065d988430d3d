import type { ErrorObject, ValidateFunction } from 'ajv';

/** One way in which a value breaks its schema. */
export interface ValidationIssue {
  /** JSON pointer to the failing field, for example `/score`; the empty string is the whole value. */
  path: string;
  /** The broken rule, as the schema names it: `required`, `type`, `pattern`, `maxLength`, `format`, … */
  rule: string;
  /** What is wrong, in one sentence that names the field, the value's type and the rule. */
  message: string;
  /** The value's JSON type, or `undefined` where a field is missing. */
  value_type: string;
}

/** A valid value with its defaults filled in, or every way in which it is not valid. */
export type ValidationResult<T> =
  { valid: true; value: T } | { valid: false; issues: ValidationIssue[] };

const LONGEST_VALUE_SHOWN = 60;
/** Characters; room for an issue with every field of a contract. */
const LONGEST_DESCRIPTION = 4_000;

/**
 * Runs a compiled validator on a value. Defaults are written into the value itself, so pass one that is yours.
 */
export function runValidator<T>(validator: ValidateFunction, value: unknown): ValidationResult<T> {
  if (validator(value)) return { valid: true, value: value as T };
  return { valid: false, issues: (validator.errors ?? []).map(toIssue) };
}

/**
 * Says all issues in one line, for a log entry or the message of an error. What a message of many thousand unknown fields
 * breaks is cut off: a line of megabytes is no help.
 */
export function describeIssues(issues: readonly ValidationIssue[]): string {
  const text = issues.map((issue) => issue.message).join('; ');
  if (text.length <= LONGEST_DESCRIPTION) return text;
  return `${text.slice(0, LONGEST_DESCRIPTION)}… (issues in all: ${issues.length})`;
}

/** The JSON type of a value: `null` and `array` told apart from `object`. */
export function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function toIssue(error: ErrorObject): ValidationIssue {
  const { path, value } = failingField(error);
  const value_type = jsonType(value);
  const field = path === '' ? 'the value' : path;
  return {
    path,
    rule: error.keyword,
    value_type,
    message: `${field} ${complaint(error, value, value_type)}`,
  };
}

/** AJV reports a missing or an unknown field at its parent; the field itself is what a reader looks for. */
function failingField(error: ErrorObject): { path: string; value: unknown } {
  const parent = error.data as Record<string, unknown>;
  if (error.keyword === 'required') {
    return {
      path: `${error.instancePath}/${String(error.params['missingProperty'])}`,
      value: undefined,
    };
  }
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty']);
    return { path: `${error.instancePath}/${escapePointer(name)}`, value: parent[name] };
  }
  return { path: error.instancePath, value: error.data };
}

function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function complaint(error: ErrorObject, value: unknown, valueType: string): string {
  if (error.keyword === 'required') return 'is missing (rule: required)';
  if (error.keyword === 'additionalProperties') {
    return `(${valueType}) is not a field of the contract (rule: additionalProperties)`;
  }
  return `(${valueType}${shown(value)}) ${error.message ?? 'is not valid'} (rule: ${error.keyword})`;
}

function shown(value: unknown): string {
  if (typeof value === 'object' || value === undefined) return '';
  // JSON has no word for a number beyond its range, for example 1e400, and would say null.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return ` ${text.length > LONGEST_VALUE_SHOWN ? `${text.slice(0, LONGEST_VALUE_SHOWN)}…` : text}`;
}
