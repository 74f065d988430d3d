export type ApiErrorCode = 'BadRequest' | 'NotFound' | 'ReadsThrottled';

const STATUS = {
  BadRequest: 400,
  NotFound: 404,
  ReadsThrottled: 503,
} as const satisfies Record<ApiErrorCode, number>;

/**
 * A request that gets no answer, with the reason that its sender is told. The message names the value that was wrong
 * and what is allowed instead.
 *
 * @example throw new ApiError('BadRequest', 'limit is "0"; use a whole number from 1 to 1000.');
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return STATUS[this.code];
  }

  /** When to try again, where that helps. */
  get retryAfterSeconds(): number | undefined {
    return this.code === 'ReadsThrottled' ? 1 : undefined;
  }
}

/** Characters of a value from outside that a message repeats; an id has at most 128. */
const MAX_QUOTED_LENGTH = 140;

/** A value from outside, as a message shows it: in quotes, escaped, and not longer than a line. */
export function quoted(value: string): string {
  return JSON.stringify(
    value.length <= MAX_QUOTED_LENGTH ? value : `${value.slice(0, MAX_QUOTED_LENGTH)}…`,
  );
}
