import { expect, test } from '@jest/globals';
import { seededRandom } from '@leaderboard/testing/random';
import { sizeOf } from '@leaderboard/testing/test-form';
import { MIN_AGE_MS, webhookEvent } from './testing/test-intake.ts';
import { useIntake } from './testing/use-intake.ts';

const EVENTS = sizeOf({ short: 600, long: 5_000 });
const CONCURRENCY = 50;
const FAILURE_PERCENT = 30;
/** Lambda runs a failing asynchronous invocation three times in total. */
const ROUTER_ATTEMPTS = 3;
const TYPES = ['payment', 'refund', 'dispute'] as const;

const intake = useIntake();

test('every event with the response 200 reaches its queue, and no other, although 30 % of all steps fail', async () => {
  const random = seededRandom(20_261_121);
  const chance = (percent: number) => random() * 100 < percent;
  intake().mishap = async (operation) => {
    if (!chance(FAILURE_PERCENT)) return operation();
    if (chance(50)) await operation();
    throw new Error('mishap');
  };

  const typeOf = new Map<string, string>();
  const accepted = new Set<string>();
  const stored = new Set<string>();
  await concurrently(EVENTS, async (index) => {
    const type = TYPES[index % TYPES.length] ?? 'payment';
    const event = webhookEvent({ transaction_type: type });
    typeOf.set(event.event_id, type);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { status } = await intake().post(event);
      expect([200, 409, 503]).toContain(status);
      if (status !== 503) stored.add(event.event_id);
      if (status === 200) accepted.add(event.event_id);
      if (status !== 503) break;
    }
  });
  expect(accepted.size).toBeGreaterThan(EVENTS / 2);

  await concurrently(intake().invocations.length, async (index) => {
    for (let attempt = 1; attempt <= ROUTER_ATTEMPTS; attempt += 1) {
      const result = await intake()
        .route(intake().invocations[index])
        .catch(() => 'failed');
      if (result !== 'failed') return;
    }
  });
  expect(await intake().countUnrouted()).toBeGreaterThan(0);

  for (let sweeps = 0; sweeps < 50 && (await intake().countUnrouted()) > 0; sweeps += 1) {
    intake().clockMs += MIN_AGE_MS + 1;
    await intake().sweep();
  }
  expect(await intake().countUnrouted()).toBe(0);

  const delivered = TYPES.flatMap((type) =>
    intake().queues[type].map((message) => ({ ...message, type })),
  );
  expect(delivered.filter(({ eventId, type }) => typeOf.get(eventId) !== type)).toEqual([]);
  const reached = new Set(delivered.map(({ eventId }) => eventId));
  expect([...accepted, ...stored].filter((eventId) => !reached.has(eventId))).toEqual([]);
  // At least once: a consumer drops the event ids that it has already handled.
  expect(delivered.length).toBeGreaterThan(reached.size);
});

/** Runs `count` jobs, {@link CONCURRENCY} at a time. */
async function concurrently(count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
