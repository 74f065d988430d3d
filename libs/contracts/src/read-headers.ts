/*
 * Headers in which a live response of the read API repeats what its body says about freshness: a 304 has no body, and says with
 * them how fresh the body is that the client already has.
 */

/** `as_of` of the body: ISO 8601 in UTC. */
export const AS_OF_HEADER = 'leaderboard-as-of';
/** `lag_ms` of the body. */
export const LAG_MS_HEADER = 'leaderboard-lag-ms';

/** The headers that a page of another origin may read. */
export const EXPOSED_HEADERS = ['etag', 'retry-after', AS_OF_HEADER, LAG_MS_HEADER];
