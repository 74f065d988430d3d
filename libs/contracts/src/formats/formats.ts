/** Significant digits that every IEEE 754 double carries exactly (`DBL_DIG`). */
const MAX_SIGNIFICANT_DIGITS = 15;
const MAX_FRACTION_DIGITS = 6;

/**
 * Whether a number is a decimal of at most 15 digits, leading zeros not counted, at most 6 of them after the point.
 *
 * Within these bounds the shortest decimal of a double is the one that was written, so JSON represents a score exactly.
 *
 * @example isScoreDecimal(0.1) // true
 * @example isScoreDecimal(0.1 + 0.2) // false: 0.30000000000000004
 */
export function isScoreDecimal(score: number): boolean {
  if (!Number.isFinite(score)) return false;
  const [, digits = '', exponent = '0'] =
    /^-?([\d.]+)(?:e([+-]\d+))?$/.exec(score.toExponential()) ?? [];
  const significant = digits.replace('.', '').length;
  const fraction = Math.max(0, significant - 1 - Number(exponent));
  const integer = Math.max(significant, Number(exponent) + 1);
  return integer <= MAX_SIGNIFICANT_DIGITS && fraction <= MAX_FRACTION_DIGITS;
}

const UTC_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/**
 * The instant of an ISO 8601 date and time in UTC, in ms since 1970; `undefined` for a string that is not one, has more than
 * 3 digits of a second, or names a day that the calendar does not have.
 *
 * @example utcDateTimeMs('2026-11-21T09:30:00.123Z') // 1795253400123
 * @example utcDateTimeMs('2026-02-30T00:00:00Z') // undefined: no such day
 */
export function utcDateTimeMs(text: string): number | undefined {
  const ms = UTC_DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return undefined;
  return new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19) ? ms : undefined;
}

/** The format `utc-date-time` of the schemas. */
export function isUtcDateTime(text: string): boolean {
  return utcDateTimeMs(text) !== undefined;
}

/** The formats of the schemas by name, for AJV. */
export const formats = {
  'score-decimal': { type: 'number', validate: isScoreDecimal },
  'utc-date-time': { type: 'string', validate: isUtcDateTime },
} as const;
