import { expect, test } from '@jest/globals';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { jsonAttribute } from './json-attribute.ts';

test('every score that the contract allows is written as plain decimal digits of the same value', () => {
  const score = fc
    .tuple(fc.bigInt({ min: -999_999_999_999_999n, max: 999_999_999_999_999n }), fc.nat(6))
    .map(([digits, decimals]) => Number(`${digits}e-${decimals}`));
  fc.assert(
    fc.property(score, (value) => {
      const { N } = jsonAttribute(value);
      expect(N).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(N)).toBe(value === 0 ? 0 : value);
      // A ledger item's score is converted by the library.
      expect(marshall(value)).toEqual({ N });
    }),
    { seed: 20_261_121 },
  );
});

test.each([
  [999_999_999_999_999, '999999999999999'],
  [-0.000001, '-0.000001'],
  [123456789.012345, '123456789.012345'],
  [-0, '0'],
])('%p is written as %s', (value, digits) => {
  expect(jsonAttribute(value)).toEqual({ N: digits });
});

test('the same value as the library gives, where that can carry it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const cannotCarry = /"(constructor|__proto__)"|e\+|\d{16}/;
      fc.pre(!cannotCarry.test(JSON.stringify(value)));
      expect(jsonAttribute(value)).toEqual(marshall(value, { convertTopLevelContainer: true }));
    }),
    { seed: 20_261_121 },
  );
});

test('a key `constructor` stays a key, where the library takes the object for a Map', () => {
  const metadata = JSON.parse('{"constructor": {"name": "Map"}, "level": 3}') as object;
  expect(() => marshall(metadata)).toThrow('data is not iterable');
  expect(jsonAttribute(metadata)).toEqual({
    M: { constructor: { M: { name: { S: 'Map' } } }, level: { N: '3' } },
  });
});

test('a key `__proto__` stays a key, where the library drops it', () => {
  const metadata = JSON.parse('{"__proto__": "p", "level": 3}') as object;
  expect(Object.entries(marshall(metadata))).toEqual([['level', { N: '3' }]]);
  expect(Object.entries(jsonAttribute(metadata).M ?? {})).toEqual([
    ['__proto__', { S: 'p' }],
    ['level', { N: '3' }],
  ]);
});

test('an integer above 2^53 is written, where the library refuses it', () => {
  expect(() => marshall({ distance: 1e20 })).toThrow('is greater than Number.MAX_SAFE_INTEGER');
  expect(jsonAttribute({ distance: 1e20 })).toEqual({
    M: { distance: { N: '100000000000000000000' } },
  });
});

test('a value that JSON does not have is a programming error', () => {
  expect(() => jsonAttribute(undefined)).toThrow(TypeError);
});
