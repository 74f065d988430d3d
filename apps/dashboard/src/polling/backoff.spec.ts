import { expect, test } from '@jest/globals';
import { backoffMs } from './backoff.ts';

const LIMITS = { firstMs: 1_000, maxMs: 10_000 };

test('the delay doubles up to the limit', () => {
  expect([1, 2, 3, 4, 5, 100].map((failures) => backoffMs(failures, LIMITS, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

test('jitter reduces the delay by up to half', () => {
  expect(backoffMs(1, LIMITS, 0.5)).toBe(750);
  expect(backoffMs(1, LIMITS, 0.999)).toBeGreaterThanOrEqual(500);
});
