import type { ErrorObject, ValidateFunction } from 'ajv';
import type { StorableFault } from './formats/storable-json.ts';
import { jsonPointer } from './json/json-pointer.ts';
import { shownText } from './shown-text.ts';

/** One violation of a schema. */
export interface ValidationIssue {
  /** JSON pointer to the failing field, for example `/score`; the empty string is the whole value. */
  path: string;
  /** The violated rule: a keyword of the schema (`required`, `type`, `pattern`, `format`, `storable`, …) or a rule of strict JSON (`json`, `duplicateKey`, `depth`, `exactNumber`). */
  rule: string;
  /** What is wrong, with the field, the value's type and the rule. */
  message: string;
  /** The value's JSON type, or `undefined` if a field is missing. */
  value_type: string;
}

/** A valid value with its defaults filled in, or every issue. */
export type ValidationResult<T> =
  { valid: true; value: T } | { valid: false; issues: ValidationIssue[] };

/** Characters; enough for an issue with every field of a contract. */
const LONGEST_DESCRIPTION = 4_000;

/**
 * Runs a compiled validator on a value. It writes defaults into the value itself, so pass a copy.
 */
export function runValidator<T>(validator: ValidateFunction, value: unknown): ValidationResult<T> {
  if (validator(value)) return { valid: true, value: value as T };
  return { valid: false, issues: (validator.errors ?? []).map(toIssue) };
}

/**
 * Describes all issues in one line, for a log entry or an error message. The line is cut at 4,000 characters: a message with
 * thousands of unknown fields would need megabytes.
 */
export function describeIssues(issues: readonly ValidationIssue[]): string {
  const text = issues.map((issue) => issue.message).join('; ');
  if (text.length <= LONGEST_DESCRIPTION) return text;
  return `${text.slice(0, LONGEST_DESCRIPTION)}… (issues in all: ${issues.length})`;
}

/** The JSON type of a value, with `null` and `array` instead of `object`. */
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

/** AJV reports a missing or unknown field at its parent; an issue names the field itself. */
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
  // JSON.stringify writes null for Infinity, which 1e400 is read as.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return ` ${shownText(text)}`;
}
