import { ApiError } from '../errors.ts';

/** Version of the format; a cursor of another version is refused. */
const VERSION = 1;
/** Longest text that is looked at. The longest cursor has a key of 56 bytes and ids of 128, as JSON in base64url. */
const MAX_LENGTH = 1_000;

/** What the pages of a list are bound to, and where the next one begins. */
export interface Cursor {
  readonly list: 'board' | 'history' | 'snapshots';
  /** Which list of its kind: a window of a board, a player, a leaderboard. */
  readonly of: string;
  /** Hash of the board's definition, for pages of a board: under another one the keys mean other places. */
  readonly definition: string;
  /** Sort key of the last entry. */
  readonly after: string;
}

/**
 * A cursor as clients see it: a text without meaning to them, safe in a URL. It carries the list that it belongs to, so
 * that it cannot be used elsewhere. It is not signed: it grants nothing that the routes do not give anyway.
 *
 * @example encodeCursor({ list: 'history', of: 'ada', definition: '', after: '1795253400000' })
 */
export function encodeCursor({ list, of, definition, after }: Cursor): string {
  return Buffer.from(JSON.stringify([VERSION, list, of, definition, after])).toString('base64url');
}

/**
 * Reads a cursor of this kind of list.
 *
 * @throws ApiError `BadRequest`: not a cursor that {@link encodeCursor} gives, or one of another kind of list.
 */
export function decodeCursor(cursor: string, list: Cursor['list']): Cursor {
  const decoded = cursor.length <= MAX_LENGTH ? read(cursor) : undefined;
  // Writing it again finds every text that only decodes to the same, such as one with padding.
  if (decoded === undefined || encodeCursor(decoded) !== cursor) {
    throw cursorRefusal('is not one that this service gave');
  }
  if (decoded.list !== list) throw cursorRefusal(`is of another list (${decoded.list})`);
  return decoded;
}

/** @param problem what is wrong, as the end of a sentence that begins with "cursor" */
export function cursorRefusal(problem: string): ApiError {
  return new ApiError(
    'BadRequest',
    `cursor ${problem}; use the next_cursor of the page before, or leave it out for the first page.`,
  );
}

function read(cursor: string): Cursor | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields) || fields.length !== 5) return undefined;
  const [version, list, of, definition, after] = fields as unknown[];
  const isKnown = list === 'board' || list === 'history' || list === 'snapshots';
  const isText =
    typeof of === 'string' && typeof definition === 'string' && typeof after === 'string';
  return version === VERSION && isKnown && isText ? { list, of, definition, after } : undefined;
}
