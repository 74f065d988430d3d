import type { IncomingMessage } from 'node:http';

import { ACCOUNT_ID } from '../../shared/arn.ts';
import { requestUrl, type HttpResponse } from '../../shared/loopback-server.ts';

/** What the API adds to a request. */
export interface ProxyContext {
  readonly apiId: string;
  readonly stageName: string;
  readonly requestId: string;
  /** Unlike `requestId`, never the client's. */
  readonly extendedRequestId: string;
  readonly resourceId: string;
  /** Path of the resource, without the stage. */
  readonly resourcePath: string;
  readonly apiKey: { readonly id: string; readonly value: string } | undefined;
  readonly receivedAt: Date;
}

/** The event of a function behind a REST API: payload format 1.0 ("Lambda proxy integrations in API Gateway"). */
export function toProxyEvent(
  incoming: IncomingMessage,
  body: string,
  context: ProxyContext,
): Record<string, unknown> {
  const { searchParams } = requestUrl(incoming);
  const headers = multiValueHeaders(incoming.rawHeaders);
  const parameters = Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]),
  );
  const hasParameters = Object.keys(parameters).length > 0;
  const host = incoming.headers.host ?? 'localhost';
  return {
    resource: context.resourcePath,
    path: context.resourcePath,
    httpMethod: incoming.method,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: hasParameters ? lastValues(parameters) : null,
    multiValueQueryStringParameters: hasParameters ? parameters : null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: context.apiId,
      domainName: host,
      domainPrefix: host.split('.')[0],
      extendedRequestId: context.extendedRequestId,
      httpMethod: incoming.method,
      identity: {
        apiKey: context.apiKey?.value ?? null,
        apiKeyId: context.apiKey?.id ?? null,
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '127.0.0.1',
        user: null,
        userAgent: incoming.headers['user-agent'] ?? null,
        userArn: null,
      },
      path: `/${context.stageName}${context.resourcePath}`,
      protocol: 'HTTP/1.1',
      requestId: context.requestId,
      requestTime: context.receivedAt.toISOString(),
      requestTimeEpoch: context.receivedAt.getTime(),
      resourceId: context.resourceId,
      resourcePath: context.resourcePath,
      stage: context.stageName,
    },
    body: body === '' ? null : body,
    isBase64Encoded: false,
  };
}

/**
 * The response to a result of the function, in the format of Lambda proxy integrations.
 *
 * @returns undefined for a malformed result, to which API Gateway responds with an error
 */
export function toHttpResponse(payload: unknown, requestId: string): HttpResponse | undefined {
  if (!isProxyResult(payload)) return undefined;
  const { statusCode, headers, multiValueHeaders, body = '', isBase64Encoded = false } = payload;
  if (typeof body !== 'string' || isBase64Encoded) return undefined;
  return {
    status: Number(statusCode),
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      ...Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...Object.fromEntries(
        Object.entries(multiValueHeaders ?? {}).map(([name, values]) => [
          name.toLowerCase(),
          values.map(String),
        ]),
      ),
    },
    body,
  };
}

interface ProxyResult {
  readonly statusCode: number | string;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

function isProxyResult(payload: unknown): payload is ProxyResult {
  const status = (payload as { statusCode?: unknown } | null | undefined)?.statusCode;
  return (
    (typeof status === 'number' || typeof status === 'string') && /^[1-5]\d\d$/.test(String(status))
  );
}

/** Names keep the case in which they came; each has all its values. */
function multiValueHeaders(rawHeaders: readonly string[]): Record<string, string[]> {
  const headers = new Map<string, { name: string; values: string[] }>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const header = headers.get(name.toLowerCase()) ?? { name, values: [] };
    header.values.push(rawHeaders[index + 1] ?? '');
    headers.set(name.toLowerCase(), header);
  }
  return Object.fromEntries([...headers.values()].map(({ name, values }) => [name, values]));
}

function lastValues(all: Readonly<Record<string, string[]>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.at(-1)]));
}
