import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What the API uses of a function URL's event (payload version 2.0). */
export interface UrlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly ifNoneMatch: string | undefined;
}

/** Header values that the router accepts; any other counts as absent. */
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Parses an event. A field that is missing or of another type counts as empty, so every event gets a response. */
export function toUrlRequest(event: unknown): UrlRequest {
  const { requestContext, rawPath, rawQueryString, headers } = fieldsOf(event);
  const method = fieldsOf(fieldsOf(requestContext)['http'])['method'];
  const ifNoneMatch = stringOr(fieldsOf(headers)['if-none-match'], '');
  return {
    method: stringOr(method, '').toUpperCase(),
    path: stringOr(rawPath, '/'),
    query: stringOr(rawQueryString, ''),
    ifNoneMatch: PRINTABLE.test(ifNoneMatch) ? ifNoneMatch : undefined,
  };
}

/**
 * The event for the router: a GET of path and query with If-None-Match, and nothing else. The router throws on some of
 * the rest, such as a body in a GET or a Host header that is not a host.
 */
export function toRouterEvent({ path, query, ifNoneMatch }: UrlRequest): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path.startsWith('/') ? path : `/${path}`,
    rawQueryString: query,
    headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch },
    isBase64Encoded: false,
    requestContext: {
      accountId: '',
      apiId: '',
      domainName: 'localhost',
      domainPrefix: '',
      requestId: '',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
      http: { method: 'GET', path: '', protocol: '', sourceIp: '', userAgent: '' },
    },
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function stringOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
