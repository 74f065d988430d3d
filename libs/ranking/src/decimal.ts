import { RankingError } from './errors.ts';

/** Digits after the point of a score (the contract's `score-decimal`), and so of every sum of scores. */
const FRACTION_DIGITS = 6;
const UNITS_PER_ONE = 10n ** BigInt(FRACTION_DIGITS);
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,6}))?$/;

/**
 * Parses a decimal as an exact number of millionths, the unit in which scores are added and compared.
 *
 * @throws RankingError `InvalidDecimal`: not plain decimal digits with at most 6 of them after the point.
 * @example parseDecimal('-12.5') // -12500000n
 */
export function parseDecimal(text: string): bigint {
  const [match, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (match === undefined) {
    throw new RankingError(
      'InvalidDecimal',
      `"${text}" is not a decimal that can be ranked: use plain digits, at most ${FRACTION_DIGITS} of them after the point, without exponent.`,
    );
  }
  const units = BigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0'));
  return sign === '-' ? -units : units;
}

/**
 * Formats a number of millionths as its canonical decimal: no exponent, no trailing zero after the point, no `-0`. Equal
 * values have equal strings, so standings can be compared byte by byte.
 *
 * @example toDecimalString(300000n) // '0.3'
 */
export function toDecimalString(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const whole = (magnitude / UNITS_PER_ONE).toString();
  const fraction = (magnitude % UNITS_PER_ONE)
    .toString()
    .padStart(FRACTION_DIGITS, '0')
    .replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * Converts the score of an update to an exact number of millionths. A score has at most 15 significant digits, so the shortest
 * decimal of the double is the one that was sent.
 *
 * @throws RankingError `InvalidDecimal`: not a score that the contract allows, for example 0.1 + 0.2.
 * @example scoreUnits(0.1) // 100000n
 */
export function scoreUnits(score: number): bigint {
  return parseDecimal(String(score));
}
