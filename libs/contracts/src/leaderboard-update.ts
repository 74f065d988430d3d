import { validateLeaderboardUpdate as validator } from './generated/validators.js';
import type { LeaderboardUpdate as LeaderboardUpdateMessage } from './generated/types.ts';
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
 * const result = validateLeaderboardUpdate(JSON.parse(body));
 * if (!result.valid) throw new Error(describeIssues(result.issues));
 */
export function validateLeaderboardUpdate(candidate: unknown): ValidationResult<LeaderboardUpdate> {
  const own = jsonType(candidate) === 'object' ? { ...(candidate as object) } : candidate;
  return runValidator<LeaderboardUpdate>(validator, own);
}

/** {@link validateLeaderboardUpdate} for the body of a queue message; text that is not JSON is an issue with the rule `json`. */
export function parseLeaderboardUpdate(body: string): ValidationResult<LeaderboardUpdate> {
  let candidate: unknown;
  try {
    candidate = JSON.parse(body);
  } catch (error) {
    // The engine's own message quotes the text, which has no place in a log.
    const position = /at position \d+/.exec((error as Error).message)?.[0] ?? 'at its end';
    const message = `the value (string of ${Buffer.byteLength(body)} bytes) must be JSON: it stops being so ${position} (rule: json)`;
    return { valid: false, issues: [{ path: '', rule: 'json', message, value_type: 'string' }] };
  }
  return validateLeaderboardUpdate(candidate);
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
