import { createHash } from 'node:crypto';
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

/** A live read. A cache in front may serve it for one second; `as_of` shows its age. */
export function liveResponse(body: unknown): HttpResponse {
  return jsonResponse(200, JSON.stringify(body), { 'cache-control': 'public, max-age=1' });
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

/**
 * A response that stays the same for a while, with an ETag: 304 without a body if the client has it already.
 *
 * @param ifNoneMatch the request header
 */
export function cacheableResponse(
  body: unknown,
  cacheControl: string,
  ifNoneMatch: string | undefined,
): HttpResponse {
  const json = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(json).digest('base64url')}"`;
  const headers = { 'cache-control': cacheControl, etag };
  return matches(etag, ifNoneMatch)
    ? jsonResponse(304, null, headers)
    : jsonResponse(200, json, headers);
}

function jsonResponse(
  status: number,
  body: string | null,
  headers: Record<string, string>,
): HttpResponse {
  return { status, body, headers: { ...JSON_HEADERS, ...headers } };
}

/** The weak comparison of RFC 9110: an ETag that a proxy has weakened still matches. */
function matches(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((candidate) => candidate.trim().replace(/^W\//, ''))
    .some((candidate) => candidate === '*' || candidate === etag);
}
