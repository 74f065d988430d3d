import {
  describeIssues,
  type LeaderboardUpdate,
  type ValidationIssue,
} from '@leaderboard/contracts';

/**
 * Why a send failed.
 *
 * - `AccessDenied`, `QueueNotFound`: the set-up is wrong; not retried.
 * - `InvalidCredentials`: SQS refused the credentials: wrong ones are not retried, expired ones until `sendTimeoutMs`.
 * - `CredentialsUnavailable`: the source of the credentials returned none until `sendTimeoutMs`; `cause` is its last error.
 * - `ClockSkew`: the given `occurred_at` is right by this host's clock and out of its limits by the queue's.
 * - `Rejected`: SQS refused the message as the sender's fault; not retried.
 * - `RetriesExhausted`: `maxAttempts` or `sendTimeoutMs` is used up; `cause` is the last failure.
 * - `Aborted`: the call's signal took the update back; `cause` is the signal's reason.
 * - `BufferFull`: `whenFull` is `'reject'` and the buffer is full.
 * - `CloseTimeout`: `close()` ran into `closeTimeoutMs`.
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

/** `not_accepted`: the queue does not have it. `unknown`: an attempt ended without an answer; the queue may have it. */
export type SendFailureOutcome = 'not_accepted' | 'unknown';

/** What can be wrong with the configuration. */
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
 * The base of every error of this package. Tell errors apart by `isInstance` or by `code`: unlike `instanceof`,
 * both hold when two copies of the package (ESM and CJS, or two versions) meet in one process.
 */
export abstract class LeaderboardError extends Error {
  readonly [ERROR] = true;
  abstract readonly code: LeaderboardErrorCode;

  /** Whether a value is an error of this package, from whichever copy of it. */
  static isInstance(error: unknown): error is LeaderboardError {
    return carries(error, ERROR);
  }
}

/** An option, an environment variable or the region is missing or wrong. Nothing was sent. */
export class LeaderboardConfigError extends LeaderboardError {
  readonly [CONFIG_ERROR] = true;
  override readonly name = 'LeaderboardConfigError';
  readonly code: ConfigErrorCode;
  /** The completed update, when the error is the rejection of a send; `undefined` from `createProducer`. */
  readonly update: LeaderboardUpdate | undefined;

  constructor(code: ConfigErrorCode, message: string, update?: LeaderboardUpdate) {
    super(message);
    this.code = code;
    this.update = update;
  }

  /** Whether a value is this error, from whichever copy of the package. */
  static override isInstance(error: unknown): error is LeaderboardConfigError {
    return carries(error, CONFIG_ERROR);
  }
}

/** The update breaks the contract. Nothing was sent, and sending it again cannot help. */
export class LeaderboardValidationError extends LeaderboardError {
  readonly [VALIDATION_ERROR] = true;
  override readonly name = 'LeaderboardValidationError';
  readonly code = 'InvalidUpdate';
  /** Every failing field: JSON pointer, rule, type of the value, and a sentence. */
  readonly issues: readonly ValidationIssue[];
  /** What was to be sent, with `event_id` and `occurred_at` filled in where they were left out. */
  readonly update: unknown;

  constructor(issues: readonly ValidationIssue[], update: unknown) {
    super(`The update is not valid, nothing was sent: ${describeIssues(issues)}.`);
    this.issues = issues;
    this.update = update;
  }

  /** Whether a value is this error, from whichever copy of the package. */
  static override isInstance(error: unknown): error is LeaderboardValidationError {
    return carries(error, VALIDATION_ERROR);
  }
}

/** What a {@link LeaderboardSendError} tells. */
export interface SendErrorDetails {
  code: SendErrorCode;
  reason: string;
  update: LeaderboardUpdate;
  attempts: number;
  outcome: SendFailureOutcome;
  cause?: unknown;
}

/**
 * A valid update was not confirmed by the queue. `update` is complete: sending exactly it again is safe, now or days
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
  /** The completed update: the same `event_id`, `occurred_at` and content that went over the wire. */
  readonly update: LeaderboardUpdate;
  /** How many requests were made for it; 0 when it never left the buffer, or no credentials could be loaded. */
  readonly attempts: number;
  /** Whether the queue may have it all the same. */
  readonly outcome: SendFailureOutcome;

  constructor({ code, reason, update, attempts, outcome, cause }: SendErrorDetails) {
    const known =
      outcome === 'unknown' ? 'the queue may have it nevertheless' : 'the queue does not have it';
    super(
      `Update ${update.event_id} of player ${update.player_id} was not sent (${code}): ${reason}. ` +
        `After ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}; ${known}. Send error.update again to repeat it safely.`,
      { cause },
    );
    this.code = code;
    this.update = update;
    this.attempts = attempts;
    this.outcome = outcome;
  }

  /** Whether a value is this error, from whichever copy of the package. */
  static override isInstance(error: unknown): error is LeaderboardSendError {
    return carries(error, SEND_ERROR);
  }
}

/** A send was called after `close()`. Nothing was sent. */
export class ProducerClosedError extends LeaderboardError {
  readonly [CLOSED_ERROR] = true;
  override readonly name = 'ProducerClosedError';
  readonly code = 'ProducerClosed';
  /** The completed update, to be sent through another producer. */
  readonly update: LeaderboardUpdate;

  constructor(update: LeaderboardUpdate) {
    super(
      `Update ${update.event_id} of player ${update.player_id} was not sent: this producer is closed. Send error.update through an open one.`,
    );
    this.update = update;
  }

  /** Whether a value is this error, from whichever copy of the package. */
  static override isInstance(error: unknown): error is ProducerClosedError {
    return carries(error, CLOSED_ERROR);
  }
}
