import { validateWebhookEvent as validator } from './generated/validators.js';
import type { WebhookEvent } from './generated/types.ts';
import type { ValidationIssue, ValidationResult } from './issues.ts';
import { runValidator } from './run-validator.ts';

export type { WebhookEvent } from './generated/types.ts';

/** The types of webhook events; each has its own queue. */
export type TransactionType = WebhookEvent['transaction_type'];

/** Every {@link TransactionType}, in the order of the schema. */
export const TRANSACTION_TYPES = [
  'payment',
  'refund',
  'dispute',
] as const satisfies TransactionType[];

/** Messages instead of those of AJV, which quote a regular expression or the name of a format. */
const MESSAGES: Record<string, string> = {
  '/event_id pattern': 'must be printable ASCII characters without spaces',
  '/amount format':
    'must be a decimal number of at most 15 digits, at most 6 of them after the point',
  '/timestamp pattern':
    'must be ISO 8601 with seconds and a zone, for example 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00',
};

/**
 * Validates a value against the `webhook-event` schema, and that the day of its `timestamp` exists.
 * Unknown fields are allowed. Missing fields come first among the issues, in the order of the schema.
 *
 * @example
 * const result = validateWebhookEvent(JSON.parse(body));
 * if (!result.valid) throw new Error(describeIssues(result.issues));
 */
export function validateWebhookEvent(candidate: unknown): ValidationResult<WebhookEvent> {
  const result = runValidator<WebhookEvent>(validator, candidate);
  if (!result.valid) return { valid: false, issues: result.issues.map(withOwnMessage) };
  const { timestamp } = result.value;
  return isCalendarDay(timestamp) ? result : { valid: false, issues: [noSuchDay(timestamp)] };
}

function withOwnMessage(issue: ValidationIssue): ValidationIssue {
  const words = MESSAGES[`${issue.path} ${issue.rule}`];
  if (words === undefined) return issue;
  return {
    ...issue,
    message: issue.message.replace(
      / must match (?:pattern|format) .*$/s,
      ` ${words} (rule: ${issue.rule})`,
    ),
  };
}

/** The pattern allows 31 days in every month. */
function isCalendarDay(timestamp: string): boolean {
  const day = timestamp.slice(0, 10);
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === day;
}

function noSuchDay(timestamp: string): ValidationIssue {
  const message = `/timestamp (string ${JSON.stringify(timestamp)}) must be a day of the calendar (rule: format)`;
  return { path: '/timestamp', rule: 'format', message, value_type: 'string' };
}
