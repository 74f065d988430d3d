import { isPlayerId } from '@leaderboard/contracts/ids';
import { ApiError, quoted } from '../errors.ts';

const PLAYER_ID_RULE =
  'Use 1 to 128 letters, digits and . _ : @ -, starting with a letter or digit';

/** @throws ApiError `BadRequest`: no player can have this id. */
export function requirePlayerId(id: string): string {
  if (isPlayerId(id)) return id;
  throw new ApiError('BadRequest', `Invalid player_id ${quoted(id)}. ${PLAYER_ID_RULE}.`);
}

/**
 * The distinct ids of a comma-separated list.
 *
 * @throws ApiError `BadRequest`: no ids, more than `max`, or one that no player can have.
 */
export function requirePlayerIds(ids: string | undefined, max: number): string[] {
  if (ids === undefined) {
    throw new ApiError('BadRequest', 'Missing ids. List player ids, separated by commas.');
  }
  const list = ids.split(',');
  if (list.length > max) {
    throw new ApiError('BadRequest', `Too many ids: ${list.length}. Send at most ${max}.`);
  }
  return [...new Set(list.map(requirePlayerId))];
}
