import { expect, test } from '@jest/globals';

import { TokenBucket } from './token-bucket.ts';

test('lets a burst pass at once, then as many as the rate allows', () => {
  let nowMs = 0;
  const bucket = new TokenBucket(10, 3, () => nowMs);
  const passedNow = () => Array.from({ length: 20 }, () => bucket.take()).filter(Boolean).length;
  expect(passedNow()).toBe(3);
  expect(passedNow()).toBe(0);
  nowMs += 200;
  expect(passedNow()).toBe(2);
  nowMs += 60_000;
  expect(passedNow()).toBe(3);
});
