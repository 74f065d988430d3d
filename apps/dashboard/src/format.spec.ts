import { expect, test } from '@jest/globals';
import { formatAge, formatDuration, formatPercentile, formatScore } from './format.ts';

test.each([
  ['1234567', '1,234,567'],
  ['9007199254740993.25', '9,007,199,254,740,993.25'],
  ['-0.1', '-0.1'],
  ['1e3', '1,000'],
])('a score of %s is shown as %s: no digit is lost', (score, text) => {
  expect(formatScore(score)).toBe(text);
});

test('durations are in their largest unit', () => {
  const lengths = [0, 999, 1_000, 59_999, 60_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000];
  expect(lengths.map(formatDuration)).toEqual([
    '0 ms',
    '999 ms',
    '1 s',
    '59 s',
    '1 min',
    '1 h',
    '47 h',
    '2 days',
  ]);
});

test('an instant of a clock ahead of ours is now', () => {
  expect(formatAge(-5_000)).toBe('just now');
  expect(formatAge(5_000)).toBe('5 s ago');
});

test('percentiles have at most one decimal', () => {
  expect([100, 97.25, 0.4].map(formatPercentile)).toEqual(['100 %', '97.3 %', '0.4 %']);
});
