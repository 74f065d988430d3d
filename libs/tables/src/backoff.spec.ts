import { expect, test } from '@jest/globals';
import { backoffMs } from './backoff.ts';

const SETTINGS = { baseMs: 50, maxMs: 1_000 };

test.each([
  [1, 50],
  [2, 100],
  [5, 800],
  [6, 1_000],
  [40, 1_000],
])('after %i failed attempts waits at most %i ms', (attempts, longest) => {
  expect(backoffMs(attempts, 0, SETTINGS)).toBe(longest);
});

test('takes off up to half of a pause, or as much as the jitter says', () => {
  expect(backoffMs(2, 1, SETTINGS)).toBe(50);
  expect(backoffMs(2, 1, { ...SETTINGS, jitter: 1 })).toBe(0);
  expect(backoffMs(2, 0.5, { ...SETTINGS, jitter: 1 })).toBe(50);
});
