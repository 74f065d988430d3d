import type { ErrorObject, ValidateFunction } from 'ajv';
import type { StorableFault } from './formats/storable-json.ts';
import {
  jsonPointer,
  jsonType,
  shownText,
  type ValidationIssue,
  type ValidationResult,
} from './issues.ts';

/**
 * Runs a compiled validator on a value. It writes defaults into the value itself, so pass a copy.
 */
export function runValidator<T>(validator: ValidateFunction, value: unknown): ValidationResult<T> {
  if (validator(value)) return { valid: true, value: value as T };
  return { valid: false, issues: (validator.errors ?? []).map(toIssue) };
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
