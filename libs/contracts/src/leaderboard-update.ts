import { validateLeaderboardUpdate as validator } from './generated/validators.js';
import type { LeaderboardUpdate as LeaderboardUpdateMessage } from './generated/types.ts';
import { readJson } from './json/read-json.ts';
import { jsonType, type ValidationIssue, type ValidationResult } from './issues.ts';
import { runValidator } from './run-validator.ts';

/** One score of one player in one game, with every default filled in: the shape on the queue, in the SDK and in the ledger. */
export type LeaderboardUpdate = Required<LeaderboardUpdateMessage>;

/**
 * Validates a value against the `leaderboard-update` schema and fills in `update_type` and `metadata`.
 * The argument is not changed; nested metadata is shared with the result.
 *
 * @example
 * const result = validateLeaderboardUpdate({ player_id: 'ann', event_id: 'match-7', game_id: 'chess', score: 12, occurred_at });
 * if (!result.valid) throw new Error(describeIssues(result.issues));
 */
export function validateLeaderboardUpdate(candidate: unknown): ValidationResult<LeaderboardUpdate> {
  const own = jsonType(candidate) === 'object' ? { ...(candidate as object) } : candidate;
  return runValidator<LeaderboardUpdate>(validator, own);
}

/**
 * {@link validateLeaderboardUpdate} for the body of a queue message. It also reports what {@link readJson} rejects, with the
 * rules `json`, `duplicateKey`, `depth` and `exactNumber`.
 */
export function parseLeaderboardUpdate(body: string): ValidationResult<LeaderboardUpdate> {
  const json = readJson(body);
  if (json.valid) return validateLeaderboardUpdate(json.value);
  return { valid: false, issues: json.issues.map((issue) => toContractIssue(issue, body)) };
}

/** Adds subject and rule to the message of an issue with the whole body, as in every other issue. */
function toContractIssue(issue: ValidationIssue, body: string): ValidationIssue {
  const { rule, message } = issue;
  if (rule === 'exactNumber') return issue;
  const subject = `the value (string of ${Buffer.byteLength(body)} bytes)`;
  return { ...issue, message: `${subject} must be strict JSON: ${message} (rule: ${rule})` };
}

/** How far `occurred_at` may be from the time at which the queue accepted the update, in milliseconds. */
export interface OccurredAtLimits {
  maxFutureMs: number;
  maxPastMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The limits of a consumer that accepts updates up to this many days old, and 5 minutes ahead, for clocks that are off.
 *
 * @example occurredAtLimits(7).maxPastMs // 604800000
 */
export function occurredAtLimits(maxPastDays: number): OccurredAtLimits {
  return { maxFutureMs: 5 * MINUTE_MS, maxPastMs: maxPastDays * DAY_MS };
}

/** 35 days: more than the retention periods of the queues (4 + 14 days) together. */
export const DEFAULT_OCCURRED_AT_LIMITS: OccurredAtLimits = occurredAtLimits(35);

/**
 * Checks `occurred_at` against the time at which the queue accepted the message (`SentTimestamp`, milliseconds), not against
 * now, so that a retry has the same result.
 */
export function checkOccurredAt(
  occurredAt: string,
  sentAtMs: number,
  limits: OccurredAtLimits,
): ValidationIssue | undefined {
  const aheadMs = Date.parse(occurredAt) - sentAtMs;
  if (aheadMs <= limits.maxFutureMs && -aheadMs <= limits.maxPastMs) return undefined;
  const bound =
    aheadMs > 0
      ? `at most ${limits.maxFutureMs / MINUTE_MS} minutes after`
      : `at most ${limits.maxPastMs / DAY_MS} days before`;
  const sentAt = new Date(sentAtMs).toISOString();
  const message = `/occurred_at (string ${JSON.stringify(occurredAt)}) must be ${bound} the sending at ${sentAt} (rule: occurredAt)`;
  return { path: '/occurred_at', rule: 'occurredAt', message, value_type: 'string' };
}
