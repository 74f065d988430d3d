/** Significant digits that distinguish any two doubles (`DBL_DECIMAL_DIG`). */
const MAX_SIGNIFICANT_DIGITS = 17;

/** The message of an issue with an integer beyond ±(2^53−1). */
export const INTEGER_NOT_EXACT = `must lie between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}, because JSON readers round integers beyond that: send a 64-bit id as a string`;

/**
 * Why a JSON number is not the same number as a double, or `undefined`:
 *
 * - A literal without an exponent must be within ±(2^53−1): beyond, doubles are integers more than 1 apart.
 * - Any other literal must be finite, must not become 0 unless it is 0, and must have at most 17 significant digits, which
 *   are read as the nearest double. Leading and trailing zeros are not significant: 0.0100 has one digit, 1.0 and 1e0 are 1,
 *   -0 is 0.
 *
 * @param literal a number in JSON
 * @returns the reason, to be printed after the name of the value
 */
export function numberLiteralFault(literal: string): string | undefined {
  const value = Number(literal);
  const hasExponent = /e/i.test(literal);
  if (!hasExponent && Math.abs(value) > Number.MAX_SAFE_INTEGER) return INTEGER_NOT_EXACT;
  if (!Number.isFinite(value)) return 'is too large for a double: send it as a string';
  const digits = significantDigits(literal);
  if (value === 0 && digits > 0) return 'is too small for a double: send 0, or send it as a string';
  return digits > MAX_SIGNIFICANT_DIGITS
    ? `must have at most ${MAX_SIGNIFICANT_DIGITS} significant digits, because a double holds no more: round it, or send it as a string`
    : undefined;
}

function significantDigits(literal: string): number {
  const [mantissa = ''] = literal.split(/e/i);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length - trailingZeros(digits);
}

/** Counted from the end, because a regular expression would try every run of zeros in a long literal. */
function trailingZeros(digits: string): number {
  let count = 0;
  while (digits[digits.length - 1 - count] === '0') count += 1;
  return count;
}
