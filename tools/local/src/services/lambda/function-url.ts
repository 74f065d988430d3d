import type { IncomingMessage } from 'node:http';

import type { HttpResponse } from '../../shared/loopback-server.ts';
import { corsHeaders, preflightResponse, type CorsRules } from './cors.ts';
import { TooManyRequestsException, type FunctionHost } from './function-host.ts';
import type { FunctionPermissions } from './function-permissions.ts';
import { MAX_REQUEST_BYTES, toHttpEvent, toHttpResponse } from './function-url-payload.ts';

/** Handles the requests to one function's URL as Lambda does. */
export class FunctionUrl {
  readonly #host: FunctionHost;
  readonly #permissions: FunctionPermissions;
  readonly #cors: CorsRules | undefined;

  constructor(host: FunctionHost, permissions: FunctionPermissions, cors: CorsRules | undefined) {
    this.#host = host;
    this.#permissions = permissions;
    this.#cors = cors;
  }

  async respond(incoming: IncomingMessage, body: Buffer): Promise<HttpResponse> {
    if (this.#cors === undefined) return this.#invoke(incoming, body);
    const preflight = preflightResponse(this.#cors, incoming.method, incoming.headers);
    if (preflight !== undefined) return preflight;
    const response = await this.#invoke(incoming, body);
    const headers = corsHeaders(this.#cors, incoming.headers.origin);
    return { ...response, headers: { ...response.headers, ...headers } };
  }

  async #invoke(incoming: IncomingMessage, body: Buffer): Promise<HttpResponse> {
    const missing = await this.#permissions.missingForPublicUrl(this.#host.settings.name);
    if (missing.length > 0) {
      return errorResponse(
        403,
        'AccessDeniedException',
        `Forbidden: the resource-based policy of ${this.#host.settings.name} does not allow everyone ${missing.join(' and ')}.`,
      );
    }
    if (body.length > MAX_REQUEST_BYTES) {
      return errorResponse(
        413,
        'RequestEntityTooLargeException',
        'Request must be smaller than 6 MB.',
      );
    }
    try {
      const result = await this.#host.invoke(toHttpEvent(incoming, body));
      if (result.kind === 'returned') return toHttpResponse(result.payload);
      return {
        ...errorResponse(502, 'InternalFailure', 'Internal Server Error'),
        body: 'Internal Server Error',
      };
    } catch (error) {
      if (!(error instanceof TooManyRequestsException)) throw error;
      return errorResponse(429, 'TooManyRequestsException', 'Rate Exceeded.');
    }
  }
}

function errorResponse(status: number, code: string, message: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Message: message }),
  };
}
