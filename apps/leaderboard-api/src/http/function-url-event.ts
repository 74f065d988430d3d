import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What the API looks at in the event of a function URL (payload version 2.0). */
export interface UrlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly ifNoneMatch: string | undefined;
}

/** A header that the router can take; anything else counts as not sent. */
const PRINTABLE = /^[\x20-\x7e]+$/;

/** Takes an event apart. Whatever is missing or of another type counts as empty, so that every event has an answer. */
export function toUrlRequest(event: unknown): UrlRequest {
  const { requestContext, rawPath, rawQueryString, headers } = fieldsOf(event);
  const method = fieldsOf(fieldsOf(requestContext)['http'])['method'];
  const ifNoneMatch = textOr(fieldsOf(headers)['if-none-match'], '');
  return {
    method: textOr(method, '').toUpperCase(),
    path: textOr(rawPath, '/'),
    query: textOr(rawQueryString, ''),
    ifNoneMatch: PRINTABLE.test(ifNoneMatch) ? ifNoneMatch : undefined,
  };
}

/**
 * The event that the router gets: a GET of path and query with If-None-Match, and nothing else of what was sent. The router throws on some
 * of it, such as a body in a GET or a Host header that is no host.
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

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}
