import { hasIdCharacters, isGameId } from '@leaderboard/contracts/ids';

/** Stands for the game id in the id of a `per_game` board. */
export const GAME_ID_PLACEHOLDER = '{game_id}';

/** The format of the schema for the id of a definition: with a game filled in, it is an id of the contract. */
export const formats = {
  'board-id': (text: string) => hasIdCharacters(fillGameId(text, 'game')),
};

/** Fills a game id into the id of a definition; an id without a placeholder is returned unchanged. */
export function fillGameId(template: string, gameId: string): string {
  return template.replace(GAME_ID_PLACEHOLDER, gameId);
}

/** The game id with which the template gives this board id, if there is one. */
export function gameIdIn(boardId: string, template: string): string | undefined {
  const [prefix, suffix] = template.split(GAME_ID_PLACEHOLDER);
  if (prefix === undefined || suffix === undefined) return undefined;
  if (!boardId.startsWith(prefix) || !boardId.endsWith(suffix)) return undefined;
  const gameId = boardId.slice(prefix.length, boardId.length - suffix.length);
  return isGameId(gameId) ? gameId : undefined;
}

/**
 * Whether two ids of definitions can name the same board. Game ids may contain `:`, so `game:{game_id}` and
 * `game:weekly:{game_id}` can: both give `game:weekly:chess`.
 */
export function canNameSameBoard(a: string, b: string): boolean {
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
