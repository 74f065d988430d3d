import {
  checkOccurredAt,
  deduplicationId,
  messageGroupId,
  parseLeaderboardUpdate,
  validateLeaderboardUpdate,
  type LeaderboardUpdate,
  type OccurredAtLimits,
  type ValidationIssue,
  type ValidationResult,
} from '@leaderboard/contracts';
import { LeaderboardValidationError } from './errors.ts';
import type { Runtime } from './runtime.ts';
import { uuidV7 } from './uuid-v7.ts';

/** An update ready for the wire: a snapshot that nothing outside can change any more. */
export interface CompletedUpdate {
  update: LeaderboardUpdate;
  body: string;
  messageGroupId: string;
  deduplicationId: string;
}

/**
 * Fills in what was left out, validates, and takes a snapshot.
 *
 * @throws LeaderboardValidationError
 */
export function completeUpdate(
  input: unknown,
  runtime: Pick<Runtime, 'now' | 'randomBytes'>,
  limits: OccurredAtLimits,
): CompletedUpdate {
  const nowMs = runtime.now();
  const candidate = fillIn(input, nowMs, runtime);
  const written = writeBody(candidate);
  if (!written.valid) throw new LeaderboardValidationError(written.issues, candidate);
  const { body, update } = written.value;

  const outOfTime = checkOccurredAt(update.occurred_at, nowMs, limits);
  if (outOfTime !== undefined) throw new LeaderboardValidationError([outOfTime], candidate);

  return {
    update,
    body,
    messageGroupId: messageGroupId(update),
    deduplicationId: deduplicationId(update),
  };
}

function fillIn(input: unknown, nowMs: number, runtime: Pick<Runtime, 'randomBytes'>): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  return {
    event_id: uuidV7(nowMs, runtime.randomBytes(10)),
    occurred_at: new Date(nowMs).toISOString(),
    ...Object.fromEntries(given),
  };
}

/**
 * The value is judged as it was given, for the clearest message, and again as text by the function that the processor
 * uses: JSON can change a value (a `Date`, or `toJSON`, in metadata), and the text is what counts.
 */
function writeBody(
  candidate: unknown,
): ValidationResult<{ body: string; update: LeaderboardUpdate }> {
  try {
    const given = validateLeaderboardUpdate(candidate);
    if (!given.valid) return given;
    const body = escapeForSqs(JSON.stringify(given.value));
    const parsed = parseLeaderboardUpdate(body);
    return parsed.valid ? { valid: true, value: { body, update: parsed.value } } : parsed;
  } catch (cause) {
    return { valid: false, issues: [notJson(cause)] };
  }
}

/** Characters beyond U+FFFF, such as emoji, are legal in an SQS message, but not every engine that speaks SQS takes them. */
function escapeForSqs(json: string): string {
  return json.replace(/[\uD800-\uDFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

function notJson(cause: unknown): ValidationIssue {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `the value (object) cannot be written as JSON: ${reason} (rule: json)`;
  return { path: '', rule: 'json', value_type: 'object', message };
}
