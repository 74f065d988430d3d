import { toDecimalString, type RankRules } from '@leaderboard/ranking';

/** What a rank key says about the standing that it places. */
export interface RankKeyValue {
  /** Canonical decimal text. */
  readonly score: string;
  /** ms since 1970; undefined where ranks are shared, whose keys carry no time. */
  readonly achievedAtMs: number | undefined;
  readonly playerId: string;
}

const INTEGER = /^(?:p([0-9a-z])|n([0-9a-z]))(\d*)$/;
/** `rankKey` counts the digits of negative integers down from here. */
const MAX_DIGITS = 35;
const PLAYER_ID = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$/;

/**
 * Reads back what `rankKey` wrote: the score and the time that give a standing its place. A page takes them from the
 * key, because the item in the table may be of a moment later, when the player had moved on.
 *
 * @returns undefined for a text that `rankKey` never gives for a board with these rules.
 * @example readRankKey('p812500000#pd1795253400000#ada', { order: 'asc', tie_break: 'earliest' })?.score // '12.5'
 */
export function readRankKey(key: string, rules: RankRules): RankKeyValue | undefined {
  const parts = key.split('#');
  const [scorePart = '', timePart = ''] = parts;
  const playerId = parts.at(-1) ?? '';
  const isShared = rules.tie_break === 'shared';
  if (parts.length !== (isShared ? 2 : 3) || !PLAYER_ID.test(playerId)) return undefined;

  const units = readSortableInteger(scorePart);
  if (units === undefined) return undefined;
  const score = toDecimalString(rules.order === 'desc' ? -units : units);
  if (isShared) return { score, achievedAtMs: undefined, playerId };

  const time = readSortableInteger(timePart);
  if (time === undefined) return undefined;
  const achievedAtMs = Number(rules.tie_break === 'latest' ? -time : time);
  return Number.isNaN(new Date(achievedAtMs).getTime())
    ? undefined
    : { score, achievedAtMs, playerId };
}

function readSortableInteger(text: string): bigint | undefined {
  const [match, above, below, written = ''] = INTEGER.exec(text) ?? [];
  if (match === undefined) return undefined;
  const isNegative = below !== undefined;
  const lengthMark = parseInt(below ?? above ?? '', 36);
  const length = isNegative ? MAX_DIGITS - lengthMark : lengthMark;
  const digits = isNegative
    ? written.replace(/\d/g, (digit) => String(9 - Number(digit)))
    : written;
  const isCanonical =
    digits.length === length && !digits.startsWith('0') && !(isNegative && length === 0);
  if (!isCanonical) return undefined;
  const magnitude = BigInt(digits === '' ? '0' : digits);
  return isNegative ? -magnitude : magnitude;
}
