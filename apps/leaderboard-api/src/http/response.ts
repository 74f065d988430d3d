import { createHash } from 'node:crypto';
import { AS_OF_HEADER, LAG_MS_HEADER } from '@leaderboard/contracts/read-headers';
import type { ApiError } from '../errors.ts';

/** What a route returns. */
export interface HttpResponse {
  readonly status: number;
  /** JSON; null for a response without a body. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** No browser may take a response for anything but JSON. */
const JSON_HEADERS = { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' };

/**
 * A live read. A cache in front may serve it for one second; `as_of` shows its age. The ETag is of the content, whose freshness
 * changes with every read: a client that has the content already gets 304, with the freshness in headers.
 */
export function liveResponse(body: object): HttpResponse {
  const { as_of, lag_ms, ...content } = body as { as_of?: string; lag_ms?: number };
  return jsonResponse(200, JSON.stringify(body), {
    'cache-control': 'public, max-age=1',
    etag: `W/${etagOf(JSON.stringify(content))}`,
    ...(as_of !== undefined && { [AS_OF_HEADER]: as_of }),
    ...(lag_ms !== undefined && { [LAG_MS_HEADER]: String(lag_ms) }),
  });
}

/** An error is never cached: the next request may succeed. */
export function errorResponse(
  { status, message, retryAfterSeconds }: ApiError,
  headers: Record<string, string> = {},
): HttpResponse {
  return jsonResponse(status, JSON.stringify({ error: message }), {
    'cache-control': 'no-store',
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...headers,
  });
}

/** A response that stays the same for a while. */
export function cacheableResponse(body: unknown, cacheControl: string): HttpResponse {
  const json = JSON.stringify(body);
  return jsonResponse(200, json, { 'cache-control': cacheControl, etag: etagOf(json) });
}

/**
 * 304 without a body if the client has the response already.
 *
 * @param ifNoneMatch the request header
 */
export function unlessKnown(response: HttpResponse, ifNoneMatch: string | undefined): HttpResponse {
  const { etag } = response.headers;
  const isKnown = etag !== undefined && ifNoneMatch !== undefined && matches(etag, ifNoneMatch);
  return isKnown ? { ...response, status: 304, body: null } : response;
}

function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

function jsonResponse(
  status: number,
  body: string | null,
  headers: Record<string, string>,
): HttpResponse {
  return { status, body, headers: { ...JSON_HEADERS, ...headers } };
}

/** The weak comparison of RFC 9110, which ignores whether an ETag is weak. */
function matches(etag: string, ifNoneMatch: string): boolean {
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((candidate) => {
    const tag = opaque(candidate);
    return tag === '*' || tag === opaque(etag);
  });
}
