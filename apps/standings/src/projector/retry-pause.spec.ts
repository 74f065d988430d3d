import { expect, test } from '@jest/globals';
import { retryPauseSeconds } from './retry-pause.ts';

test('pauses double from 2 s to a minute, and up to a half is taken off at random', () => {
  const receives = [1, 2, 3, 4, 5, 6, 7, 100];
  expect(receives.map((count) => retryPauseSeconds(count, 0))).toEqual([
    2, 4, 8, 16, 32, 60, 60, 60,
  ]);
  expect(receives.map((count) => retryPauseSeconds(count, 0.999))).toEqual([
    2, 3, 5, 9, 17, 31, 31, 31,
  ]);
});
