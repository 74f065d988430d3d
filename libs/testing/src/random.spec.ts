import { expect, test } from '@jest/globals';
import { pick, seededRandom, shuffled } from './random.ts';

const draw = (seed: number) => Array.from({ length: 20 }, seededRandom(seed));

test('a seed repeats its numbers, all within [0, 1)', () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).every((number) => number >= 0 && number < 1)).toBe(true);
});

test('shuffling keeps every value and leaves the original as it is', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8];
  const mixed = shuffled(values, seededRandom(1));
  expect(mixed).not.toEqual(values);
  expect(mixed.toSorted()).toEqual(values);
  expect(values).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('picking reaches every value', () => {
  const random = seededRandom(1);
  const picked = new Set(Array.from({ length: 100 }, () => pick(['a', 'b', 'c'], random)));
  expect([...picked].toSorted()).toEqual(['a', 'b', 'c']);
});
