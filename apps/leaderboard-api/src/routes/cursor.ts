import { ApiError } from '../errors.ts';

/** Version of the format; a cursor of another version is rejected. */
const VERSION = 1;
/** Longest string to decode. The longest cursor has a key of 56 bytes and ids of 128, as JSON in base64url. */
const MAX_LENGTH = 1_000;

/** The list that a page belongs to, and where the next page starts. */
export interface Cursor {
  readonly list: 'board' | 'boards' | 'explain' | 'history' | 'snapshots';
  /** Which list of its kind: a window of a board, a player, a leaderboard. */
  readonly of: string;
  /** Hash of the board's definition, for pages of a board: under another definition the keys mean other places. */
  readonly definition: string;
  /** Sort key of the last entry. */
  readonly after: string;
}

/**
 * A cursor as clients see it: opaque and safe in a URL. It contains the list that it belongs to, so that it cannot be
 * used elsewhere. It is not signed, because it grants nothing that is not public.
 *
 * @example encodeCursor({ list: 'history', of: 'ada', definition: '', after: '1795253400000' })
 */
export function encodeCursor({ list, of, definition, after }: Cursor): string {
  return Buffer.from(JSON.stringify([VERSION, list, of, definition, after])).toString('base64url');
}

/**
 * Decodes a cursor of this kind of list.
 *
 * @throws ApiError `BadRequest`: not a result of {@link encodeCursor}, or a cursor of another kind of list.
 */
export function decodeCursor(cursor: string, list: Cursor['list']): Cursor {
  const decoded = cursor.length <= MAX_LENGTH ? parse(cursor) : undefined;
  // Encoding it again finds every string that only decodes to the same, such as one with padding.
  if (decoded === undefined || encodeCursor(decoded) !== cursor) {
    throw invalidCursor('This service did not issue it');
  }
  if (decoded.list !== list) throw invalidCursor(`It belongs to another list (${decoded.list})`);
  return decoded;
}

/** @param problem a sentence without its full stop */
export function invalidCursor(problem: string): ApiError {
  return new ApiError(
    'BadRequest',
    `Invalid cursor. ${problem}. Use next_cursor of the previous page, or omit it for the first page.`,
  );
}

function parse(cursor: string): Cursor | undefined {
  let fields: unknown;
  try {
    fields = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields) || fields.length !== 5) return undefined;
  const [version, list, of, definition, after] = fields as unknown[];
  const isKnown =
    list === 'board' ||
    list === 'boards' ||
    list === 'explain' ||
    list === 'history' ||
    list === 'snapshots';
  const areStrings =
    typeof of === 'string' && typeof definition === 'string' && typeof after === 'string';
  return version === VERSION && isKnown && areStrings ? { list, of, definition, after } : undefined;
}
