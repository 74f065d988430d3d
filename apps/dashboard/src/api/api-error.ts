export type ApiErrorCode = 'Unreachable' | 'Timeout' | 'NotFound' | 'Rejected' | 'Unexpected';

/** A read failed. `code` decides what the page does; the page shows the message. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  /** When the API allows a retry (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ApiErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Undefined where the API says that there is no such thing. */
export async function unlessMissing<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NotFound') return undefined;
    throw error;
  }
}
