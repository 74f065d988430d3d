import { isPlayerId } from '@leaderboard/contracts/ids';
import type { BoardDefinition } from './board-definition.ts';
import { parseDecimal, toDecimalString } from './decimal.ts';
import { RankingError } from './errors.ts';
import type { Standing } from './fold.ts';
import { instantMs } from './instant.ts';

/**
 * Digits of the largest value that has a rank key. A score has at most 21 digits in millionths (15 before the point, 6 after
 * it), so 35 digits hold the sum of 10^14 of the largest scores; a DynamoDB number has 38.
 */
const MAX_DIGITS = 35;
/** Not in the alphabet of ids and not in an encoded integer. */
const SEPARATOR = '#';
/** What {@link sortableInteger} writes: the sign, the number of digits, the digits. */
const SORTABLE_INTEGER = /^([pn])([0-9a-z])(\d*)$/;

/** The part of a definition that determines the order of standings. */
export type RankRules = Pick<BoardDefinition, 'order' | 'tie_break'>;

/** The fields of a standing that determine its rank. */
export type Placed = Pick<Standing, 'player_id' | 'score' | 'achieved_at'>;

/** What a rank key contains. */
export interface RankKeyParts {
  player_id: string;
  /** A canonical decimal, see `toDecimalString`. */
  score: string;
  /** ms since 1970; absent where ranks are shared, whose keys carry no time. */
  achieved_at_ms?: number;
}

/**
 * The sort key of a standing in the index of its board: ascending keys, compared byte by byte, are ranks from 1. Two players
 * never have the same key. ASCII; at most 56 bytes plus the player id. The README describes the layout.
 *
 * @throws RankingError `DecimalOutOfRange`: the score has more than 35 digits in millionths.
 * @example rankKey({ player_id: 'ada', score: '12.5', achieved_at: '2026-11-21T09:30:00Z' }, { order: 'asc', tie_break: 'earliest' }) // 'p812500000#pd1795253400000#ada'
 */
export function rankKey({ player_id, score, achieved_at }: Placed, rules: RankRules): string {
  const units = parseDecimal(score);
  const scorePart = sortableInteger(rules.order === 'desc' ? -units : units);
  switch (rules.tie_break) {
    case 'shared':
      return [scorePart, player_id].join(SEPARATOR);
    case 'earliest':
      return [scorePart, sortableInteger(BigInt(instantMs(achieved_at))), player_id].join(
        SEPARATOR,
      );
    case 'latest':
      return [scorePart, sortableInteger(BigInt(-instantMs(achieved_at))), player_id].join(
        SEPARATOR,
      );
  }
}

/**
 * Parses a rank key, for a reader that must show the values behind a rank when the item in the table is newer. Returns undefined
 * for a string that {@link rankKey} never returns for a board with these rules.
 *
 * @example parseRankKey('p812500000#pd1795253400000#ada', { order: 'asc', tie_break: 'earliest' })?.score // '12.5'
 */
export function parseRankKey(key: string, rules: RankRules): RankKeyParts | undefined {
  const parts = key.split(SEPARATOR);
  const isShared = rules.tie_break === 'shared';
  const player_id = parts.at(-1) ?? '';
  const units = parseSortableInteger(parts[0] ?? '');
  if (parts.length !== (isShared ? 2 : 3) || !isPlayerId(player_id) || units === undefined) {
    return undefined;
  }
  const score = toDecimalString(rules.order === 'desc' ? -units : units);
  if (isShared) return { player_id, score };

  const time = parseSortableInteger(parts[1] ?? '');
  if (time === undefined) return undefined;
  const achieved_at_ms = Number(rules.tie_break === 'latest' ? -time : time);
  const isInstant = !Number.isNaN(new Date(achieved_at_ms).getTime());
  return isInstant ? { player_id, score, achieved_at_ms } : undefined;
}

/**
 * The start of a key's rank: `rank = 1 + number of keys of the board below this string`, over all its shards. With shared ranks
 * it is the common prefix of all keys of one rank, otherwise the key itself.
 *
 * @example rankStart('p812500000#ada', 'shared') // 'p812500000'
 */
export function rankStart(key: string, tieBreak: BoardDefinition['tie_break']): string {
  return tieBreak === 'shared' ? key.slice(0, key.indexOf(SEPARATOR)) : key;
}

/**
 * Encodes an integer so that the order of the strings is the order of the integers: the sign, the number of digits, the digits.
 * For negative integers the number of digits counts down and each digit is its complement to 9, because the larger magnitude
 * comes first.
 */
function sortableInteger(value: bigint): string {
  const digits = value === 0n ? '' : (value < 0n ? -value : value).toString();
  if (digits.length > MAX_DIGITS) {
    throw new RankingError(
      'DecimalOutOfRange',
      `A value of ${digits.length} digits in millionths has no rank key: the limit is ${MAX_DIGITS}. Rank smaller scores on this board.`,
    );
  }
  if (value >= 0n) return `p${digits.length.toString(36)}${digits}`;
  return `n${(MAX_DIGITS - digits.length).toString(36)}${complementToNine(digits)}`;
}

/** The integer that {@link sortableInteger} writes like this, if there is one. */
function parseSortableInteger(text: string): bigint | undefined {
  const [match, sign, length = '', written = ''] = SORTABLE_INTEGER.exec(text) ?? [];
  if (match === undefined) return undefined;
  const isNegative = sign === 'n';
  const digits = isNegative ? complementToNine(written) : written;
  const count = isNegative ? MAX_DIGITS - parseInt(length, 36) : parseInt(length, 36);
  const isCanonical = digits.length === count && !digits.startsWith('0');
  if (!isCanonical || (isNegative && count === 0)) return undefined;
  const magnitude = BigInt(digits === '' ? '0' : digits);
  return isNegative ? -magnitude : magnitude;
}

function complementToNine(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}
