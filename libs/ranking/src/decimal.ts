import { RankingError } from './errors.ts';

/** Digits after the point that a score may have (the contract's `score-decimal`), and so every sum of scores. */
const FRACTION_DIGITS = 6;
const UNITS_PER_ONE = 10n ** BigInt(FRACTION_DIGITS);
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,6}))?$/;

/**
 * Reads a decimal text as an exact count of millionths, the unit in which scores are added and compared.
 *
 * @throws RankingError `InvalidDecimal`: not plain decimal digits with at most 6 of them after the point.
 * @example parseDecimal('-12.5') // -12500000n
 */
export function parseDecimal(text: string): bigint {
  const [match, sign = '', whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (match === undefined) {
    throw new RankingError(
      'InvalidDecimal',
      `"${text}" is not a decimal that can be ranked: write plain digits, at most ${FRACTION_DIGITS} of them after the point, without exponent.`,
    );
  }
  const units = BigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0'));
  return sign === '-' ? -units : units;
}

/**
 * Prints a count of millionths as its one canonical decimal text: no exponent, no trailing zero after the point,
 * no `-0`. Equal values have equal texts, so standings can be compared byte for byte.
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
 * Reads the score of an update as an exact count of millionths. A score has at most 15 significant digits, so the
 * shortest text of the double is the decimal that was sent.
 *
 * @throws RankingError `InvalidDecimal`: not a score that the contract allows, for example 0.1 + 0.2.
 * @example scoreUnits(0.1) // 100000n
 */
export function scoreUnits(score: number): bigint {
  return parseDecimal(String(score));
}
