import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { UNROUTED_INDEX } from './events/dynamodb-event-store.ts';
import { startDynamoDbEngine, type DynamoDbEngine } from './testing/dynamodb-engine.ts';
import { MIN_AGE_MS, TestIntake, webhookEvent } from './testing/test-intake.ts';
import { sizeOf } from '@leaderboard/testing/test-form';

const EVENTS = sizeOf({ short: 600, long: 5_000 });
const AT_ONCE = 50;
const FAILURE_PERCENT = 30;
/** Lambda runs a failing asynchronous invocation three times in all. */
const ROUTER_ATTEMPTS = 3;
const TYPES = ['payment', 'refund', 'dispute'] as const;

let engine: DynamoDbEngine;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(() => engine.stop());

test('with 30 % of all steps failing, every event answered with 200 reaches the queue of its type and no other', async () => {
  const intake = new TestIntake(engine.client);
  const random = xoroshiro128plus(20_261_121);
  const chance = (percent: number) => uniformInt(random, 1, 100) <= percent;
  intake.mishap = async (operation) => {
    if (!chance(FAILURE_PERCENT)) return operation();
    if (chance(50)) await operation();
    throw new Error('mishap');
  };

  const typeOf = new Map<string, string>();
  const accepted = new Set<string>();
  const stored = new Set<string>();
  await inTurns(EVENTS, async (index) => {
    const type = TYPES[index % TYPES.length] ?? 'payment';
    const event = webhookEvent({ transaction_type: type });
    typeOf.set(event.event_id, type);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { status } = await intake.post(event);
      expect([200, 409, 503]).toContain(status);
      if (status !== 503) stored.add(event.event_id);
      if (status === 200) accepted.add(event.event_id);
      if (status !== 503) break;
    }
  });
  expect(accepted.size).toBeGreaterThan(EVENTS / 2);

  await inTurns(intake.invocations.length, async (index) => {
    for (let attempt = 1; attempt <= ROUTER_ATTEMPTS; attempt += 1) {
      const result = await intake.route(intake.invocations[index]).catch(() => 'failed');
      if (result !== 'failed') return;
    }
  });
  expect(await intake.countItems(UNROUTED_INDEX)).toBeGreaterThan(0);

  for (let sweeps = 0; sweeps < 50 && (await intake.countItems(UNROUTED_INDEX)) > 0; sweeps += 1) {
    intake.clockMs += MIN_AGE_MS + 1;
    await intake.sweep();
  }
  expect(await intake.countItems(UNROUTED_INDEX)).toBe(0);

  const delivered = TYPES.flatMap((type) =>
    intake.queues[type].map((message) => ({ ...message, type })),
  );
  expect(delivered.filter(({ eventId, type }) => typeOf.get(eventId) !== type)).toEqual([]);
  const reached = new Set(delivered.map(({ eventId }) => eventId));
  expect([...accepted, ...stored].filter((eventId) => !reached.has(eventId))).toEqual([]);
  // At least once: a consumer drops the event ids that it has handled.
  expect(delivered.length).toBeGreaterThan(reached.size);
});

/** Runs `count` jobs, {@link AT_ONCE} at a time. */
async function inTurns(count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
