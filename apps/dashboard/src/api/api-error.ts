export type ApiErrorCode = 'unreachable' | 'timeout' | 'not_found' | 'refused' | 'unexpected';

/** A read that did not succeed: `code` decides what the page does, the message is shown to people. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** How long the API asked to be left alone, in milliseconds (`Retry-After`). */
  readonly retryAfterMs: number | undefined;

  constructor(code: ApiErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
