import { expect, test } from '@jest/globals';

import { itemBytes } from './item-size.ts';

test.each([
  [{ id: { S: 'abc' } }, 2 + 3],
  [{ id: { S: 'é' } }, 2 + 2],
  [{ b: { B: 'AQIDBA==' } }, 1 + 4],
  [{ n: { N: '10' } }, 1 + 2],
  [{ n: { N: '1700000000123' } }, 1 + 8],
  [{ n: { N: '-12.5' } }, 1 + 4],
  [{ n: { N: '0' } }, 1 + 1],
  [{ m: { M: {} } }, 1 + 3],
  [{ m: { M: { a: { S: 'x' } } } }, 1 + 3 + 1 + 1 + 1],
  [{ l: { L: [{ BOOL: true }, { NULL: true }] } }, 1 + 3 + 2 * (1 + 1)],
])('%j takes %d bytes', (item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});

test('a type without a rule is an error, not a guess', () => {
  expect(() => itemBytes({ b: { BS: [] } })).toThrow('type BS');
});
