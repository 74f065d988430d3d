import { ApiError, quoted } from '../errors.ts';
import type { QueryParameters } from '../http/query-parameters.ts';

/** A request on its way to the route that it matches. */
export interface RouteRequest {
  /** Decoded path parameters, by name. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: QueryParameters;
  readonly ifNoneMatch: string | undefined;
}

/** The contract's `player_id`. */
const PLAYER_ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;
const PLAYER_ID_RULE =
  'use 1 to 128 letters, digits and . _ : @ -, the first of them a letter or a digit';

/** @throws ApiError `BadRequest`: no player can have this id. */
export function requirePlayerId(id: string): string {
  if (PLAYER_ID.test(id)) return id;
  throw new ApiError('BadRequest', `player_id is ${quoted(id)}; ${PLAYER_ID_RULE}.`);
}

/**
 * The different ids of a comma-separated list.
 *
 * @throws ApiError `BadRequest`: no ids, more than `max`, or one that no player can have.
 */
export function requirePlayerIds(ids: string | undefined, max: number): string[] {
  if (ids === undefined) {
    throw new ApiError('BadRequest', 'ids is missing; list player ids, separated by commas.');
  }
  const list = ids.split(',');
  if (list.length > max) {
    throw new ApiError('BadRequest', `ids has ${list.length} player ids; use at most ${max}.`);
  }
  return [...new Set(list.map(requirePlayerId))];
}
