import { expect, test } from '@jest/globals';
import { atLeastOne, seed, share } from './flags.ts';

test.each([
  [atLeastOne, '1', 1],
  [seed, '0', 0],
  [seed, '-7', -7],
  [share, '0', 0],
  [share, '0.05', 0.05],
  [share, '1', 1],
])('%p reads "%s"', (read, text, value) => {
  expect(read(text)).toBe(value);
});

test.each([
  [atLeastOne, ['', '0', '-1', '1.5', 'many', '1e400']],
  [seed, ['', 'abc', '1.5', 'NaN']],
  [share, ['', '-0.1', '1.1', 'half', 'NaN']],
])('%p refuses everything else', (read, wrong) => {
  for (const text of wrong) expect(() => read(text)).toThrow(/^It must be/);
});
