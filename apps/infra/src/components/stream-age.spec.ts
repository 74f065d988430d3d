import { expect, test } from '@jest/globals';

import { streamSeenByPipes } from './stream-age.ts';

const ARN =
  'arn:aws:dynamodb:us-west-1:123456789012:table/leaderboard-data-dev/stream/2026-11-27T10:00:00.000';

/** How long a pipe waits for the stream at this time, in ms. */
async function waitAt(time: string): Promise<number> {
  let slept = 0;
  const clock = {
    now: () => Date.parse(time),
    sleep: (ms: number) => Promise.resolve((slept += ms)),
  };
  const seen = await new Promise((resolve) => {
    streamSeenByPipes(ARN, clock).apply(resolve);
  });
  expect(seen).toBe(ARN);
  return slept;
}

test('waits until a new stream is two minutes old', async () => {
  expect(await waitAt('2026-11-27T10:00:00Z')).toBe(120_000);
  expect(await waitAt('2026-11-27T10:01:30Z')).toBe(30_000);
});

test('does not wait for an old stream', async () => {
  expect(await waitAt('2026-11-27T10:02:00Z')).toBe(0);
  expect(await waitAt('2027-03-01T00:00:00Z')).toBe(0);
});

test('waits no longer than two minutes when the clock of the machine is behind', async () => {
  expect(await waitAt('2026-11-27T09:00:00Z')).toBe(120_000);
});
