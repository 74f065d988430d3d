import { setTimeout as delay } from 'node:timers/promises';

import type { EngineResponse } from '../engines/engine.ts';

/**
 * Calls an operation of a service from the process of the stack, without a socket. Tries again, as an SDK does, when the service
 * failed or throttled.
 *
 * @param input the members of the request, as they are in JSON
 * @throws ServiceError when the service responds with an error
 */
export type CallService = <Output>(
  operation: string,
  input: object,
  signal?: AbortSignal,
) => Promise<Output>;

/** An error response of a service; `name` is its code, as with an SDK. */
export class ServiceError extends Error {
  override readonly name: string;
  readonly isRetryable: boolean;

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.isRetryable = status >= 500 || /Throttl|RequestLimitExceeded|TooManyRequests/.test(name);
  }
}

/** Calls before an error is passed on, and the pause before the second one in ms, as with an SDK. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;

/** @param send passes a request in JSON on; rejects when the connection was closed without a response */
export function serviceCaller(
  send: (operation: string, body: Buffer, signal?: AbortSignal) => Promise<EngineResponse>,
): CallService {
  return async <Output>(operation: string, input: object, signal?: AbortSignal) => {
    const body = Buffer.from(JSON.stringify(input));
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await send(operation, body, signal);
        const content = JSON.parse(response.body.toString()) as Output & ErrorBody;
        if (response.status < 400) return content;
        const code = content.__type?.split('#').at(-1) ?? 'UnknownError';
        throw new ServiceError(code, content.message ?? content.Message ?? code, response.status);
      } catch (error) {
        const isFinal = error instanceof ServiceError && !error.isRetryable;
        if (isFinal || attempt === ATTEMPTS || signal?.aborted === true) throw error;
        await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { ...(signal && { signal }) });
      }
    }
  };
}

interface ErrorBody {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}
