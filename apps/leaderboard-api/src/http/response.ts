import { createHash } from 'node:crypto';

/** What a route gives back. */
export interface Answer {
  readonly status: number;
  /** JSON text; null for an answer without a body. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const LIVE = { 'cache-control': 'public, max-age=1' };

/** A live read: a cache in front may answer the requests of one second alike, as `as_of` tells. */
export function liveAnswer(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body), headers: LIVE };
}

/** An error is never kept: the same request may succeed the next moment. */
export function errorAnswer(
  status: number,
  error: string,
  headers: Record<string, string> = {},
): Answer {
  return {
    status,
    body: JSON.stringify({ error }),
    headers: { 'cache-control': 'no-store', ...headers },
  };
}

/**
 * An answer that stays the same for a while, with an ETag; without body where the client has it already.
 *
 * @param ifNoneMatch the request header
 */
export function cacheableAnswer(
  body: unknown,
  cacheControl: string,
  ifNoneMatch: string | undefined,
): Answer {
  const text = JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const headers = { 'cache-control': cacheControl, etag };
  return isKnown(etag, ifNoneMatch)
    ? { status: 304, body: null, headers }
    : { status: 200, body: text, headers };
}

/** Weak comparison, as RFC 9110 wants it for If-None-Match: an ETag that a proxy has weakened still counts. */
function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((candidate) => candidate.trim().replace(/^W\//, ''))
    .some((candidate) => candidate === '*' || candidate === etag);
}
