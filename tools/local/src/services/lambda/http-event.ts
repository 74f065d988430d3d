import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

/** The largest request that a function URL takes, in bytes (Lambda quotas: invocation payload). */
export const MAX_REQUEST_BYTES = 6 * 1_024 * 1_024;

/** Bodies of these types reach the function as text, all others as base64. */
const TEXT_TYPES =
  /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+(json|xml))/i;

/** A request as a function gets it from its URL: payload format 2.0 ("Invoking Lambda function URLs"). */
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

/** A parameter that is there more than once has its values joined by commas. */
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
