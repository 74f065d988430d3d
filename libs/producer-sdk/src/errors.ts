import {
  describeIssues,
  type LeaderboardUpdate,
  type ValidationIssue,
} from '@leaderboard/contracts';

/**
 * Why a send failed.
 *
 * - `AccessDenied`, `QueueNotFound`: the setup is wrong; not retried.
 * - `InvalidCredentials`: SQS rejected the credentials: invalid ones are not retried, expired ones until `sendTimeoutMs`.
 * - `CredentialsUnavailable`: the credential provider returned none until `sendTimeoutMs`; `cause` is its last error.
 * - `ClockSkew`: the given `occurred_at` is valid by this host's clock and outside its limits by the queue's clock.
 * - `Rejected`: SQS rejected the message as the sender's fault; not retried.
 * - `RetriesExhausted`: `maxAttempts` or `sendTimeoutMs` was reached; `cause` is the last failure.
 * - `Aborted`: the signal of the call was aborted; `cause` is its reason.
 * - `BufferFull`: `whenFull` is `'reject'` and the buffer is full.
 * - `CloseTimeout`: `close()` reached `closeTimeoutMs`.
 */
export type SendErrorCode =
  | 'AccessDenied'
  | 'InvalidCredentials'
  | 'CredentialsUnavailable'
  | 'ClockSkew'
  | 'QueueNotFound'
  | 'Rejected'
  | 'RetriesExhausted'
  | 'Aborted'
  | 'BufferFull'
  | 'CloseTimeout';

/** `not_accepted`: the queue does not have the update. `unknown`: an attempt got no response; the queue may have it. */
export type SendFailureOutcome = 'not_accepted' | 'unknown';

/** Why the configuration was rejected. */
export type ConfigErrorCode = 'InvalidOption' | 'QueueUrlMissing' | 'RegionMissing';

/** Every `code` that an error of this package can have. */
export type LeaderboardErrorCode =
  SendErrorCode | ConfigErrorCode | 'InvalidUpdate' | 'ProducerClosed';

const ERROR: unique symbol = Symbol.for('@leaderboard/producer-sdk/LeaderboardError');
const CONFIG_ERROR: unique symbol = Symbol.for('@leaderboard/producer-sdk/LeaderboardConfigError');
const VALIDATION_ERROR: unique symbol = Symbol.for(
  '@leaderboard/producer-sdk/LeaderboardValidationError',
);
const SEND_ERROR: unique symbol = Symbol.for('@leaderboard/producer-sdk/LeaderboardSendError');
const CLOSED_ERROR: unique symbol = Symbol.for('@leaderboard/producer-sdk/ProducerClosedError');

function carries(error: unknown, mark: symbol): boolean {
  return typeof error === 'object' && error !== null && mark in error;
}

/**
 * The base class of every error of this package. Distinguish errors by `isInstance` or by `code`: unlike `instanceof`,
 * both work when two copies of the package (ESM and CJS, or two versions) are loaded in one process.
 */
export abstract class LeaderboardError extends Error {
  readonly [ERROR] = true;
  abstract readonly code: LeaderboardErrorCode;

  /** Whether a value is an error of this package, from any copy of it. */
  static isInstance(error: unknown): error is LeaderboardError {
    return carries(error, ERROR);
  }
}

/** An option, an environment variable or the region is missing or wrong. Nothing was sent. */
export class LeaderboardConfigError extends LeaderboardError {
  readonly [CONFIG_ERROR] = true;
  override readonly name = 'LeaderboardConfigError';
  readonly code: ConfigErrorCode;
  /** The completed update, when a send rejects with this error; `undefined` from `createProducer`. */
  readonly update: LeaderboardUpdate | undefined;

  constructor(code: ConfigErrorCode, message: string, update?: LeaderboardUpdate) {
    super(message);
    this.code = code;
    this.update = update;
  }

  /** Whether a value is this error, from any copy of the package. */
  static override isInstance(error: unknown): error is LeaderboardConfigError {
    return carries(error, CONFIG_ERROR);
  }
}

/** The update violates the contract. Nothing was sent, and a retry cannot succeed. */
export class LeaderboardValidationError extends LeaderboardError {
  readonly [VALIDATION_ERROR] = true;
  override readonly name = 'LeaderboardValidationError';
  readonly code = 'InvalidUpdate';
  /** Every failing field: JSON pointer, rule, type of the value, and a message. */
  readonly issues: readonly ValidationIssue[];
  /** The update that was passed in, with `event_id` and `occurred_at` filled in where they were omitted. */
  readonly update: unknown;

  constructor(issues: readonly ValidationIssue[], update: unknown) {
    super(`The update is not valid, nothing was sent: ${describeIssues(issues)}.`);
    this.issues = issues;
    this.update = update;
  }

  /** Whether a value is this error, from any copy of the package. */
  static override isInstance(error: unknown): error is LeaderboardValidationError {
    return carries(error, VALIDATION_ERROR);
  }
}

/** The data of a {@link LeaderboardSendError}. */
export interface SendErrorDetails {
  code: SendErrorCode;
  reason: string;
  update: LeaderboardUpdate;
  attempts: number;
  outcome: SendFailureOutcome;
  cause?: unknown;
}

/**
 * The queue did not confirm a valid update. `update` is complete: sending exactly this object again is safe, now or days
 * later, because its `event_id` makes it count once.
 *
 * @example
 * try {
 *   await producer.sendLeaderboardUpdate({ player_id: 'player-7', game_id: 'chess', score: 1250 });
 * } catch (error) {
 *   if (!LeaderboardSendError.isInstance(error)) throw error;
 *   await outbox.save(error.update);
 * }
 */
export class LeaderboardSendError extends LeaderboardError {
  readonly [SEND_ERROR] = true;
  override readonly name = 'LeaderboardSendError';
  readonly code: SendErrorCode;
  /** The completed update: the same `event_id`, `occurred_at` and content that was sent. */
  readonly update: LeaderboardUpdate;
  /** Number of requests for it; 0 when it never left the buffer, or no credentials could be loaded. */
  readonly attempts: number;
  /** Whether the queue may have it nevertheless. */
  readonly outcome: SendFailureOutcome;

  constructor({ code, reason, update, attempts, outcome, cause }: SendErrorDetails) {
    const known = outcome === 'unknown' ? 'the queue may have it' : 'the queue does not have it';
    super(
      `Update ${update.event_id} of player ${update.player_id} was not sent (${code}): ${reason}. ` +
        `Attempts: ${attempts}; ${known}. It is safe to send error.update again.`,
      { cause },
    );
    this.code = code;
    this.update = update;
    this.attempts = attempts;
    this.outcome = outcome;
  }

  /** Whether a value is this error, from any copy of the package. */
  static override isInstance(error: unknown): error is LeaderboardSendError {
    return carries(error, SEND_ERROR);
  }
}

/** A send was called after `close()`. Nothing was sent. */
export class ProducerClosedError extends LeaderboardError {
  readonly [CLOSED_ERROR] = true;
  override readonly name = 'ProducerClosedError';
  readonly code = 'ProducerClosed';
  /** The completed update. Send it through another producer. */
  readonly update: LeaderboardUpdate;

  constructor(update: LeaderboardUpdate) {
    super(
      `Update ${update.event_id} of player ${update.player_id} was not sent: this producer is closed. Send error.update through an open one.`,
    );
    this.update = update;
  }

  /** Whether a value is this error, from any copy of the package. */
  static override isInstance(error: unknown): error is ProducerClosedError {
    return carries(error, CLOSED_ERROR);
  }
}
