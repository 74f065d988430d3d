import { validateLeaderboardUpdate as validator } from './generated/validators.js';
import type { LeaderboardUpdate as LeaderboardUpdateMessage } from './generated/types.ts';
import { readJson } from './json/read-json.ts';
import {
  jsonType,
  runValidator,
  type ValidationIssue,
  type ValidationResult,
} from './validation.ts';

/** One score of one player in one game, complete: every default filled in. The wire, the SDK and the ledger share this shape. */
export type LeaderboardUpdate = Required<LeaderboardUpdateMessage>;

/**
 * Checks a value against the `leaderboard-update` schema and fills in `update_type` and `metadata`.
 * The argument itself is not changed; nested metadata is shared with the result.
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
 * {@link validateLeaderboardUpdate} for the body of a queue message. What {@link readJson} refuses is refused here too, with
 * its rules: `json`, `duplicateKey`, `depth`, `exactNumber`.
 */
export function parseLeaderboardUpdate(body: string): ValidationResult<LeaderboardUpdate> {
  const json = readJson(body);
  if (json.valid) return validateLeaderboardUpdate(json.value);
  return { valid: false, issues: json.issues.map((issue) => inWordsOfTheContract(issue, body)) };
}

/** The message of an issue about the text as a whole, with its subject and its rule like every other issue. */
function inWordsOfTheContract(issue: ValidationIssue, body: string): ValidationIssue {
  const { rule, message } = issue;
  if (rule === 'exactNumber') return issue;
  const subject = `the value (string of ${Buffer.byteLength(body)} bytes)`;
  return { ...issue, message: `${subject} must be strict JSON: ${message} (rule: ${rule})` };
}

/** How far `occurred_at` may lie from the moment at which the queue took the update, in milliseconds. */
export interface OccurredAtLimits {
  maxFutureMs: number;
  maxPastMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The limits of a consumer that takes updates so many days late: 5 minutes ahead, for clocks that are off.
 *
 * @example occurredAtLimits(7).maxPastMs // 604800000
 */
export function occurredAtLimits(maxPastDays: number): OccurredAtLimits {
  return { maxFutureMs: 5 * MINUTE_MS, maxPastMs: maxPastDays * DAY_MS };
}

/** 35 days behind: longer than the queues' retentions (4 + 14 days) together. */
export const DEFAULT_OCCURRED_AT_LIMITS: OccurredAtLimits = occurredAtLimits(35);

/**
 * Checks `occurred_at` against the moment at which the queue took the message (`SentTimestamp`, milliseconds),
 * not against the present, so that a retry judges alike.
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
