import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal, scoreUnits, toDecimalString } from './decimal.ts';
import { contractScore } from './testing/arbitraries.ts';

test('0.1 ten times is 1', () => {
  const sum = Array.from({ length: 10 }, () => scoreUnits(0.1)).reduce((a, b) => a + b);
  expect(toDecimalString(sum)).toBe('1');
});

test('every valid score is converted exactly', () => {
  fc.assert(
    fc.property(contractScore, ({ score, units }) => {
      expect(scoreUnits(score)).toBe(units);
    }),
  );
});

test('a formatted value is canonical and parses to the same value', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 35n), max: 10n ** 35n }), (units) => {
      const text = toDecimalString(units);
      expect(parseDecimal(text)).toBe(units);
      expect(text).toMatch(/^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d{0,5}[1-9])$/);
    }),
  );
});

test.each([
  [300_000n, '0.3'],
  [-12_500_000n, '-12.5'],
  [-1n, '-0.000001'],
  [0n, '0'],
  [1_500_000_000n, '1500'],
  [10n ** 35n - 1n, '99999999999999999999999999999.999999'],
])('%s millionths are %s', (units, text) => {
  expect(toDecimalString(units)).toBe(text);
});

test('negative zero is zero', () => {
  expect(scoreUnits(-0)).toBe(0n);
  expect(toDecimalString(parseDecimal('-0.0'))).toBe('0');
});

test.each(['', '.5', '1.', '+1', ' 1', '1e3', '0x10', '1,5', '0.1234567', 'NaN', '1\n'])(
  '%j is rejected and quoted',
  (text) => {
    expect(() => parseDecimal(text)).toThrow(
      expect.objectContaining({
        code: 'InvalidDecimal',
        message: expect.stringContaining(`"${text}"`),
      }),
    );
  },
);

test.each([0.1 + 0.2, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY])(
  'the invalid score %d is rejected',
  (score) => {
    expect(() => scoreUnits(score)).toThrow(expect.objectContaining({ code: 'InvalidDecimal' }));
  },
);
