export type ApiErrorCode =
  'BadRequest' | 'NotFound' | 'MethodNotAllowed' | 'Conflict' | 'Unavailable' | 'Internal';

const STATUS = {
  BadRequest: 400,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  Internal: 500,
  Unavailable: 503,
} as const satisfies Record<ApiErrorCode, number>;

/**
 * A request that fails, with the reason for its sender: which value is wrong, and what is allowed.
 *
 * @example throw new ApiError('BadRequest', 'Invalid limit "0". Use a whole number from 1 to 1000.');
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** HTTP status. */
  get status(): number {
    return STATUS[this.code];
  }

  /** Seconds after which a retry may succeed. */
  get retryAfterSeconds(): number | undefined {
    return this.code === 'Unavailable' ? 1 : undefined;
  }
}

/** Names of errors after which a retry may succeed: throttling, and requests without a response in time. */
const TRANSIENT_ERRORS = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'AbortError',
  'ThrottledReadError',
  'UnsettledCutError',
  'MissingRunError',
  'SlowDown',
]);

/** What the caller is told about a read that failed. It reveals nothing of the error. */
export function failedReadError(error: Error): ApiError {
  return TRANSIENT_ERRORS.has(error.name) || '$retryable' in error
    ? new ApiError('Unavailable', 'The leaderboards are temporarily unavailable. Try again.')
    : new ApiError('Internal', 'Internal error. It has been logged.');
}

/** Characters of a quoted value; an id has at most 128. */
const MAX_QUOTED_LENGTH = 140;

/** A value of the request as a message shows it: in quotes, escaped, at most a line long. */
export function quoted(value: string): string {
  return JSON.stringify(
    value.length <= MAX_QUOTED_LENGTH ? value : `${value.slice(0, MAX_QUOTED_LENGTH)}…`,
  );
}
