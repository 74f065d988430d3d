import { expect, test } from '@jest/globals';
import { checkOccurredAt, DEFAULT_OCCURRED_AT_LIMITS } from '@leaderboard/contracts';
import fc from 'fast-check';
import type { EntryFate, RequestFate } from '../testing/fake-sqs.ts';
import { producerUnderTest } from '../testing/producer-under-test.ts';
import { VirtualRuntime } from '../testing/virtual-runtime.ts';
import { sizeOf } from '@leaderboard/testing/test-form';

const REQUEST_FATES: RequestFate[] = [
  'hang',
  'hang-accepted',
  'reset',
  'reset-accepted',
  'throttled',
  'unavailable',
];
const ENTRY_FATES: EntryFate[] = ['internal-error', 'sender-fault', 'throttled', 'lost'];

/** How far the host's clock may be off; the processor's limit and what counts as off lie within. */
const CLOCK_RANGE_MS = 12 * 60_000;

/** One run of a producer under a seed: everything that happens follows from the arguments. */
const runs = fc.record({
  seed: fc.integer(),
  players: fc.integer({ min: 1, max: 15 }),
  updates: fc.integer({ min: 1, max: 120 }),
  badRequests: fc.double({ min: 0, max: 0.7, noNaN: true }),
  badEntries: fc.double({ min: 0, max: 0.5, noNaN: true }),
  badProbes: fc.double({ min: 0, max: 0.7, noNaN: true }),
  measuresClockOffset: fc.boolean(),
  abortShare: fc.double({ min: 0, max: 0.2, noNaN: true }),
  options: fc.record({
    lingerMs: fc.constantFrom(0, 5, 50),
    maxInFlightRequests: fc.integer({ min: 1, max: 5 }),
    maxBuffered: fc.integer({ min: 1, max: 40 }),
    maxAttempts: fc.integer({ min: 1, max: 8 }),
    sendTimeoutMs: fc.constantFrom(500, 20_000),
    requestTimeoutMs: fc.constantFrom(60, 1000),
  }),
});

test('under any failures, accepted updates of a player are in call order, once, at valid times, and every outcome is true', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (run) => {
      const chance = new VirtualRuntime(run.seed);
      const pick = <T>(values: readonly T[]): T =>
        values[Math.floor(chance.random() * values.length)] as T;
      const { producer, sqs, runtime } = producerUnderTest(
        {
          latencyMs: () => Math.floor(chance.random() * 100),
          request: () => (chance.random() < run.badRequests ? pick(REQUEST_FATES) : 'respond'),
          entry: () => (chance.random() < run.badEntries ? pick(ENTRY_FATES) : 'accept'),
          probe: () => (chance.random() < run.badProbes ? pick(['hang', 'reset']) : 'respond'),
          measuresClockOffset: run.measuresClockOffset,
        },
        run.options,
        run.seed,
      );
      const setHostClock = () => {
        runtime.aheadMs = Math.round((chance.random() - 0.5) * 2 * CLOCK_RANGE_MS);
      };
      if (run.measuresClockOffset) setHostClock();

      const calls: Promise<'sent' | 'not_accepted' | 'unknown'>[] = [];
      for (let score = 0; score < run.updates; score += 1) {
        const controller = new AbortController();
        if (chance.random() < run.abortShare) {
          runtime.schedule(() => {
            controller.abort();
          }, chance.random() * 500);
        }
        const player_id = `player-${Math.floor(chance.random() * run.players)}`;
        const update = { player_id, game_id: 'chess', score, event_id: `event-${score}` };
        calls.push(
          producer.sendLeaderboardUpdate(update, { signal: controller.signal }).then(
            () => 'sent',
            (error: { outcome: 'not_accepted' | 'unknown' }) => error.outcome,
          ),
        );
        if (chance.random() < 0.1) await runtime.run(runtime.elapsed() + 20);
        if (run.measuresClockOffset && chance.random() < 0.05) setHostClock();
      }
      await runtime.run();
      const outcomes = await Promise.all(calls);

      const acceptedScores = sqs.bodies.map(({ score }) => score);
      expect(new Set(acceptedScores).size).toBe(acceptedScores.length);
      for (const [score, outcome] of outcomes.entries()) {
        if (outcome === 'sent') expect(acceptedScores).toContain(score);
        if (outcome === 'not_accepted') expect(acceptedScores).not.toContain(score);
      }
      for (const group of new Set(sqs.accepted.map((message) => message.group))) {
        const ofGroup = sqs.bodies.filter(({ player_id }) => player_id === group);
        const scores = ofGroup.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => a - b));
      }
      for (const [index, { occurred_at }] of sqs.bodies.entries()) {
        const sentAt = sqs.accepted[index]?.sentTimestamp ?? NaN;
        expect(checkOccurredAt(occurred_at, sentAt, DEFAULT_OCCURRED_AT_LIMITS)).toBeUndefined();
      }
      expect(sqs.violations).toEqual([]);
      expect(sqs.mostConcurrentRequests).toBeLessThanOrEqual(run.options.maxInFlightRequests);
      expect(runtime.pendingTimers).toBe(0);
    }),
    { numRuns: sizeOf({ short: 200, long: 5_000 }) },
  );
});

test('never more than maxBuffered updates are accepted and unsettled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 30 }), async (seed, maxBuffered) => {
      const chance = new VirtualRuntime(seed);
      const { producer, sqs, runtime } = producerUnderTest(
        {
          request: () => (chance.random() < 0.3 ? 'throttled' : 'respond'),
          latencyMs: () => Math.floor(chance.random() * 100),
        },
        { maxBuffered, whenFull: 'reject' },
        seed,
      );
      let unsettled = 0;
      let most = 0;
      let rejectedBelowBound = 0;
      for (let score = 0; score < 100; score += 1) {
        const full = unsettled >= maxBuffered;
        unsettled += 1;
        const settle = () => {
          unsettled -= 1;
        };
        producer
          .sendLeaderboardUpdate({ player_id: `player-${score % 7}`, game_id: 'chess', score })
          .then(settle, (error: { code: string }) => {
            settle();
            if (error.code === 'BufferFull' && !full) rejectedBelowBound += 1;
          });
        if (chance.random() < 0.4) await runtime.run(runtime.elapsed() + 20);
        else await new Promise(setImmediate);
        most = Math.max(most, unsettled);
      }
      await runtime.run();
      expect(most).toBeLessThanOrEqual(maxBuffered);
      expect(rejectedBelowBound).toBe(0);
      expect(sqs.violations).toEqual([]);
    }),
    { numRuns: sizeOf({ short: 50, long: 1_000 }) },
  );
});
