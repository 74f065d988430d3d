import type { IncomingMessage } from 'node:http';

import { ACCOUNT_ID } from '../../shared/arn.ts';
import { requestUrl } from '../../shared/request-url.ts';

/** What the API knows of a request beside the request itself. */
export interface ProxyContext {
  readonly apiId: string;
  readonly stageName: string;
  readonly requestId: string;
  /** Like `requestId`, and never the client's. */
  readonly extendedRequestId: string;
  readonly resourceId: string;
  /** Path of the resource, without the stage. */
  readonly resourcePath: string;
  readonly apiKey: { readonly id: string; readonly value: string } | undefined;
  readonly receivedAt: Date;
}

/** A request as a function gets it from a REST API: payload format 1.0 ("Lambda proxy integrations in API Gateway"). */
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

/** Names in the case in which they came, every one with all its values. */
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
