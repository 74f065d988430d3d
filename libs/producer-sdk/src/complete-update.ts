import {
  deduplicationId,
  messageGroupId,
  parseLeaderboardUpdate,
  validateLeaderboardUpdate,
  type LeaderboardUpdate,
  type ValidationIssue,
  type ValidationResult,
} from '@leaderboard/contracts';
import { LeaderboardValidationError } from './errors.ts';
import type { Runtime } from './runtime.ts';
import type { LeaderboardUpdateInput } from './types.ts';
import { uuidV7 } from './uuid-v7.ts';

/** An update ready for the wire: a snapshot that nothing outside can change any more. */
export interface CompletedUpdate {
  update: LeaderboardUpdate;
  body: string;
  messageGroupId: string;
  deduplicationId: string;
  /** Where `occurred_at` comes from, until settleTime() has compared it with the queue's clock. */
  time: 'filled-in' | 'given' | 'settled';
  /** The moment of the call on {@link Runtime.elapsed}, in ms. */
  calledAt: number;
}

/**
 * Fills in what was left out, validates, and takes a snapshot. Whether `occurred_at` is within its limits depends on the
 * queue's clock: see settleTime().
 *
 * @throws LeaderboardValidationError
 */
export function completeUpdate(
  input: unknown,
  runtime: Pick<Runtime, 'now' | 'elapsed' | 'randomBytes'>,
): CompletedUpdate {
  const nowMs = runtime.now();
  const candidate = fillIn(input, nowMs, runtime);
  const written = writeBody(candidate);
  if (!written.valid) throw new LeaderboardValidationError(written.issues, candidate);
  const { body, update } = written.value;
  const isGiven = (input as LeaderboardUpdateInput).occurred_at !== undefined;
  return {
    update,
    body,
    messageGroupId: messageGroupId(update),
    deduplicationId: deduplicationId(update),
    time: isGiven ? 'given' : 'filled-in',
    calledAt: runtime.elapsed(),
  };
}

/** The same update at another time, ms since 1970. Its identity does not depend on the time. */
export function atTime(completed: CompletedUpdate, occurredAtMs: number): CompletedUpdate {
  const update = { ...completed.update, occurred_at: new Date(occurredAtMs).toISOString() };
  return { ...completed, update, body: escapeForSqs(JSON.stringify(update)) };
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
