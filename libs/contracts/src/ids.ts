import ids from '../schemas/ids.schema.json' with { type: 'json' };

const { id, shortId } = ids.definitions;
const ID = new RegExp(id.pattern);

/** Characters that a `player_id` or an `event_id` may have. */
export const MAX_ID_LENGTH = id.maxLength;
/** Characters that a `game_id` or an `update_type` may have. */
export const MAX_SHORT_ID_LENGTH = shortId.maxLength;
/** The regular expression of every id, whatever its length. The length is checked apart. */
export const ID_PATTERN = id.pattern;

/** Whether the contract allows these characters in an id, whatever its length. */
export function hasIdCharacters(text: string): boolean {
  return ID.test(text);
}

/** Whether the contract allows this `player_id`. */
export function isPlayerId(text: string): boolean {
  return text.length <= MAX_ID_LENGTH && ID.test(text);
}

/** Whether the contract allows this `game_id`. */
export function isGameId(text: string): boolean {
  return text.length <= MAX_SHORT_ID_LENGTH && ID.test(text);
}
