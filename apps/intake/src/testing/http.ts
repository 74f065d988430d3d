import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { HttpRequest } from '../http/http-request.ts';

export interface RequestOptions {
  readonly headers?: Record<string, string>;
  readonly base64?: boolean;
  /** The id that the gateway makes. */
  readonly requestId?: string;
  /** The id that the client may set. */
  readonly clientRequestId?: string;
  readonly identity?: { apiKeyId?: string; caller?: string };
}

let nextRequest = 1;

/** A request as API Gateway hands it over; text is the body as it is, anything else is written as JSON. */
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

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export function readAnswer({ statusCode, body }: APIGatewayProxyResult): Answer {
  return { status: statusCode, body: JSON.parse(body) as Record<string, unknown> };
}
