import type { ErrorObject, ValidateFunction } from 'ajv';
import type { StorableFault } from './formats/storable-json.ts';
import { jsonPointer } from './json/json-pointer.ts';
import { shownText } from './shown-text.ts';

/** One way in which a value breaks its schema. */
export interface ValidationIssue {
  /** JSON pointer to the failing field, for example `/score`; the empty string is the whole value. */
  path: string;
  /** The broken rule: as the schema names it (`required`, `type`, `pattern`, `format`, `storable`, …), or as the reader of JSON does (`json`, `duplicateKey`, `depth`, `exactNumber`). */
  rule: string;
  /** What is wrong, in one sentence that names the field, the value's type and the rule. */
  message: string;
  /** The value's JSON type, or `undefined` where a field is missing. */
  value_type: string;
}

/** A valid value with its defaults filled in, or every way in which it is not valid. */
export type ValidationResult<T> =
  { valid: true; value: T } | { valid: false; issues: ValidationIssue[] };

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
  if (error.keyword === 'storable') return toStorableIssue(error);
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

function toStorableIssue(error: ErrorObject): ValidationIssue {
  const { path: within, rule, value, complaint } = error.params['fault'] as StorableFault;
  const path = `${error.instancePath}${within}`;
  const value_type = jsonType(value);
  const message = `${path} (${value_type}${shown(value)}) ${complaint} (rule: ${rule})`;
  return { path, rule, value_type, message };
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
    return { path: `${error.instancePath}${jsonPointer([name])}`, value: parent[name] };
  }
  return { path: error.instancePath, value: error.data };
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
  if (typeof value === 'bigint') return ` ${shownText(`${value}n`)}`;
  // JSON has no word for a number beyond its range, for example 1e400, and would say null.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return ` ${shownText(text)}`;
}
