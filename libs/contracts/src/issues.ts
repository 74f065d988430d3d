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

/** The JSON pointer (RFC 6901) of a value: its keys and indexes, from the outside in. */
export function jsonPointer(segments: readonly (string | number)[]): string {
  return segments
    .map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

const MAX_SHOWN_CHARACTERS = 60;

/** A string for a message, cut when it is long. */
export function shownText(text: string): string {
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
