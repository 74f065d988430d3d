import { expect, test } from '@jest/globals';
import { lastPage, pagesFrom, parseRank } from './rank-pages.ts';

test.each([
  [1, 50, {}],
  [1, 100, {}],
  [1, 101, { next: 101, last: 101 }],
  [101, 250, { first: 1, previous: 1, next: 201, last: 201 }],
  [201, 250, { first: 1, previous: 101 }],
  [37, 250, { first: 1, previous: 1, next: 137, last: 201 }],
  [5_123, 100_000, { first: 1, previous: 5_023, next: 5_223, last: 99_901 }],
  // Beyond the last player.
  [900, 250, { first: 1, previous: 151 }],
])('from place %i of %i', (from, total, expected) => {
  expect(pagesFrom(from, total)).toEqual({
    first: undefined,
    previous: undefined,
    next: undefined,
    last: undefined,
    ...expected,
  });
});

test('the last page of an empty board is the first', () => {
  expect([0, 1, 100, 101, 100_000].map(lastPage)).toEqual([1, 1, 1, 101, 99_901]);
});

test.each([
  ['1', 1],
  [' 5,123 ', 5_123],
  ['#42', 42],
  ['100 000', 100_000],
])('"%s" is a rank', (text, rank) => {
  expect(parseRank(text)).toBe(rank);
});

test.each(['', '0', '-1', '1.5', 'ten', '1e3', '9999999999', '١'])('"%s" is none', (text) => {
  expect(parseRank(text)).toBeUndefined();
});
