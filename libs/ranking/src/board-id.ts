/** Where a `per_game` id carries the id of the game. */
export const GAME_ID_PLACEHOLDER = '{game_id}';
/** The contract's limit of a `game_id`, in characters. */
const MAX_GAME_ID_LENGTH = 64;
/** The contract's alphabet of ids. It has no `#`, which separates the parts of a key, and no `/`. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]*$/;

/** Whether the contract allows this game id. */
export function isGameId(text: string): boolean {
  return text.length <= MAX_GAME_ID_LENGTH && ID.test(text);
}

/** Whether the contract allows these characters in an id, whatever its length. */
export function hasIdCharacters(text: string): boolean {
  return ID.test(text);
}

/** Puts a game id into the id of a definition; an id without placeholder stays as it is. */
export function fillGameId(template: string, gameId: string): string {
  return template.replace(GAME_ID_PLACEHOLDER, gameId);
}

/** The game id that turns the template into this board id, if there is one. */
export function gameIdIn(boardId: string, template: string): string | undefined {
  const [prefix, suffix] = template.split(GAME_ID_PLACEHOLDER);
  if (prefix === undefined || suffix === undefined) return undefined;
  if (!boardId.startsWith(prefix) || !boardId.endsWith(suffix)) return undefined;
  const gameId = boardId.slice(prefix.length, boardId.length - suffix.length);
  return isGameId(gameId) ? gameId : undefined;
}

/**
 * Whether two ids of definitions can name one board. Game ids contain `:` and the like, so `game:{game_id}` and
 * `game:weekly:{game_id}` can: both give `game:weekly:chess`.
 */
export function canNameOneBoard(a: string, b: string): boolean {
  const [aPrefix = '', aSuffix] = a.split(GAME_ID_PLACEHOLDER);
  const [bPrefix = '', bSuffix] = b.split(GAME_ID_PLACEHOLDER);
  if (aSuffix === undefined && bSuffix === undefined) return a === b;
  if (aSuffix === undefined) return gameIdIn(a, b) !== undefined;
  if (bSuffix === undefined) return gameIdIn(b, a) !== undefined;
  const [shortPrefix, longPrefix] = byLength(aPrefix, bPrefix);
  const [shortSuffix, longSuffix] = byLength(aSuffix, bSuffix);
  const rest = longPrefix.slice(shortPrefix.length);
  return (
    longPrefix.startsWith(shortPrefix) &&
    longSuffix.endsWith(shortSuffix) &&
    (rest === '' || hasIdCharacters(rest))
  );
}

function byLength(a: string, b: string): [shorter: string, longer: string] {
  return a.length <= b.length ? [a, b] : [b, a];
}
