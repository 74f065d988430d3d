import { expect, test } from '@jest/globals';
import { MAX_ATTEMPTS, pauseMs, reserveMs } from './retry-policy.ts';

test('the pause doubles with each attempt up to a limit, and is random within it', () => {
  const pauses = Array.from({ length: MAX_ATTEMPTS }, (_, index) => pauseMs(index + 1, 0));
  expect(pauses).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
  expect(pauseMs(3, 1)).toBe(0);
  expect(pauseMs(3, 0.5)).toBe(100);
});

test('a short function timeout still leaves two thirds for work', () => {
  expect(reserveMs(30_000)).toBe(8_000);
  expect(reserveMs(3_000)).toBe(1_000);
});
