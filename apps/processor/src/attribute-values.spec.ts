import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toAttributeMap, toAttributeValue } from './attribute-values.ts';

test('every score that the contract allows is written as plain decimal text of the same value', () => {
  const score = fc
    .tuple(fc.bigInt({ min: -999_999_999_999_999n, max: 999_999_999_999_999n }), fc.nat(6))
    .map(([digits, decimals]) => Number(`${digits}e-${decimals}`));
  fc.assert(
    fc.property(score, (value) => {
      const { N } = toAttributeValue(value);
      expect(N).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(N)).toBe(value === 0 ? 0 : value);
    }),
    { seed: 20_261_121 },
  );
});

test.each([
  [999_999_999_999_999, '999999999999999'],
  [-0.000001, '-0.000001'],
  [123456789.012345, '123456789.012345'],
  [-0, '0'],
])('%p is written as %s', (value, text) => {
  expect(toAttributeValue(value)).toEqual({ N: text });
});

test('metadata keeps keys that mean something to JavaScript', () => {
  const metadata = JSON.parse('{"constructor": {"name": "Set"}, "__proto__": "p"}') as object;
  const map = toAttributeMap(metadata);
  expect(Object.entries(map)).toEqual([
    ['constructor', { M: { name: { S: 'Set' } } }],
    ['__proto__', { S: 'p' }],
  ]);
});

test('what is no JSON value is a programming error', () => {
  expect(() => toAttributeValue(undefined)).toThrow(TypeError);
});
