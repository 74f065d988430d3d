import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { HttpResponse } from '../../shared/loopback-server.ts';

/** The largest request body that a function URL accepts, in bytes (Lambda quotas: invocation payload). */
export const MAX_REQUEST_BYTES = 6 * 1_024 * 1_024;

/** Bodies of these types reach the function as text, all others in base64. */
const TEXT_TYPES =
  /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+(json|xml))/i;

/** The event of a function behind a URL: payload format 2.0 ("Invoking Lambda function URLs"). */
export function toHttpEvent(incoming: IncomingMessage, body: Buffer): Record<string, unknown> {
  const [rawPath = '/', ...query] = (incoming.url ?? '/').split('?');
  const rawQueryString = query.join('?');
  const parameters = joined(new URLSearchParams(rawQueryString));
  const { cookie, ...headers } = incoming.headers;
  const cookies = cookie?.split(/;\s*/);
  const host = headers.host ?? 'localhost';
  const isText = body.length === 0 || TEXT_TYPES.test(headers['content-type'] ?? '');
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies !== undefined && { cookies }),
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
      ),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    },
    ...(Object.keys(parameters).length > 0 && { queryStringParameters: parameters }),
    requestContext: {
      accountId: 'anonymous',
      apiId: host,
      domainName: host,
      domainPrefix: host,
      http: {
        method: incoming.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: !isText,
  };
}

/**
 * The response to a result of the function: defined by the result if it has a `statusCode`, else a 200 with the result as
 * JSON ("Invoking Lambda function URLs": response payload format).
 */
export function toHttpResponse(payload: unknown): HttpResponse {
  if (!isHttpResult(payload)) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = payload;
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

interface HttpResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

function isHttpResult(payload: unknown): payload is HttpResult {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    typeof (payload as { statusCode?: unknown }).statusCode === 'number'
  );
}

/** The values of a repeated parameter are joined by commas. */
function joined(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  );
}

/** For example `12/Mar/2026:19:03:58 +0000`. */
function commonLogTime(date: Date): string {
  const [, day = '', month = '', year = '', time = ''] =
    /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
