import { expect, test } from '@jest/globals';

import { TokenBucket } from './token-bucket.ts';

test('admits a burst, then as many requests as the rate allows', () => {
  let nowMs = 0;
  const bucket = new TokenBucket(10, 3, () => nowMs);
  const admittedNow = () => Array.from({ length: 20 }, () => bucket.take()).filter(Boolean).length;
  expect(admittedNow()).toBe(3);
  expect(admittedNow()).toBe(0);
  nowMs += 200;
  expect(admittedNow()).toBe(2);
  nowMs += 60_000;
  expect(admittedNow()).toBe(3);
});
