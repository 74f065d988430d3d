import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { HttpRequest } from '../http/http-request.ts';

export interface RequestOptions {
  readonly headers?: Record<string, string>;
  readonly base64?: boolean;
  /** The id that the gateway assigns. */
  readonly requestId?: string;
  /** The id that a client can set. */
  readonly clientRequestId?: string;
  readonly identity?: { apiKeyId?: string; caller?: string };
}

let nextRequest = 1;

/** A request as API Gateway sends it. @param body sent unchanged if it is a string, otherwise as JSON */
export function httpRequest(body: unknown, options: RequestOptions = {}): HttpRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const {
    headers = {},
    base64 = false,
    requestId = `request-${nextRequest++}`,
    clientRequestId = requestId,
    identity = {},
  } = options;
  return new HttpRequest({
    body: base64 ? Buffer.from(text).toString('base64') : text,
    isBase64Encoded: base64,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    requestContext: {
      requestId: clientRequestId,
      extendedRequestId: requestId,
      identity: { apiKeyId: null, caller: null, ...identity },
    },
  } as unknown as APIGatewayProxyEvent);
}

export interface Response {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export function readResponse({ statusCode, body }: APIGatewayProxyResult): Response {
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}
