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
