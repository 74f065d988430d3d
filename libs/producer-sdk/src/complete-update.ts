import { isDeepStrictEqual } from 'node:util';
import {
  deduplicationId,
  messageGroupId,
  parseLeaderboardUpdate,
  readJson,
  validateLeaderboardUpdate,
  type LeaderboardUpdate,
  type ValidationIssue,
  type ValidationResult,
} from '@leaderboard/contracts';
import { LeaderboardValidationError } from './errors.ts';
import type { Runtime } from './runtime.ts';
import type { LeaderboardUpdateInput } from './types.ts';

/** An update that is ready to be sent: a snapshot that the caller can no longer change. */
export interface CompletedUpdate {
  update: LeaderboardUpdate;
  body: string;
  messageGroupId: string;
  deduplicationId: string;
  /** The source of `occurred_at`, until settleTime() has compared it with the queue's clock. */
  time: 'filled-in' | 'given' | 'settled';
  /** The moment of the call on {@link Runtime.elapsed}, in ms. */
  calledAt: number;
}

/**
 * Fills in omitted fields, validates, and takes a snapshot. Whether `occurred_at` is within its limits depends on the
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

/** The same update with another `occurred_at`, ms since 1970. Its deduplication id does not depend on the time. */
export function atTime(completed: CompletedUpdate, occurredAtMs: number): CompletedUpdate {
  const update = { ...completed.update, occurred_at: new Date(occurredAtMs).toISOString() };
  return { ...completed, update, body: escapeForSqs(JSON.stringify(update)) };
}

function fillIn(input: unknown, nowMs: number, runtime: Pick<Runtime, 'randomBytes'>): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const given = Object.values(input).includes(undefined) ? withoutUndefined(input) : input;
  return {
    event_id: uuidV7(nowMs, runtime.randomBytes(10)),
    occurred_at: new Date(nowMs).toISOString(),
    ...given,
  };
}

function withoutUndefined(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/**
 * Validates the value as it was given, for the clearest message, and then the JSON, with the function that the processor
 * uses: JSON can change a value (a `Date`, or `toJSON`, in metadata), and the JSON is what is sent.
 */
function writeBody(
  candidate: unknown,
): ValidationResult<{ body: string; update: LeaderboardUpdate }> {
  try {
    const given = validateLeaderboardUpdate(candidate);
    if (!given.valid) return given;
    const body = escapeForSqs(JSON.stringify(given.value));
    const json = readJson(body);
    // What JSON did not change is valid already.
    const parsed =
      json.valid && isDeepStrictEqual(json.value, given.value)
        ? given
        : parseLeaderboardUpdate(body);
    if (!parsed.valid) return parsed;
    const update = (json.valid ? json.value : parsed.value) as LeaderboardUpdate;
    return { valid: true, value: { body, update } };
  } catch (cause) {
    return { valid: false, issues: [notJson(cause)] };
  }
}

/** Characters beyond U+FFFF, such as emoji, are legal in an SQS message, but some SQS-compatible servers reject them. */
function escapeForSqs(json: string): string {
  return json.replace(/[\uD800-\uDFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

function notJson(cause: unknown): ValidationIssue {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `the value (object) cannot be written as JSON: ${reason} (rule: json)`;
  return { path: '', rule: 'json', value_type: 'object', message };
}

/**
 * A UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits, so that ids sort by time.
 *
 * @param nowMs milliseconds since 1970
 * @param randomBytes 10 random bytes
 */
export function uuidV7(nowMs: number, randomBytes: Uint8Array): string {
  const hex = Buffer.from(randomBytes).toString('hex');
  const time = Math.trunc(nowMs).toString(16).padStart(12, '0');
  const variant = (8 + (Number.parseInt(hex.charAt(3), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}
