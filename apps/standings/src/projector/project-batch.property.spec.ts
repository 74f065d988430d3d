import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { LedgerUpdate } from '@leaderboard/tables';
import { eventRecord, type Score } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';
import { sizeOf } from '@leaderboard/testing/test-form';

const standings = useStandings();

const score: fc.Arbitrary<Score> = fc.record({
  game_id: fc.constantFrom('chess', 'go'),
  score: fc.oneof(
    fc.integer({ min: -3, max: 3 }).map((tenths) => tenths / 10),
    fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((millionths) => millionths / 1e6),
  ),
  occurred_at: fc
    .integer({ min: Date.UTC(2026, 11, 25), max: Date.UTC(2027, 0, 8) })
    .map((ms) => new Date(ms).toISOString()),
});

/** Deliveries of any kind: events omitted, repeated, in any order, to one of two projectors. */
const deliveries = fc.array(
  fc.record({
    events: fc.array(fc.nat(), { minLength: 1, maxLength: 10 }),
    worker: fc.nat({ max: 1 }),
    isTogether: fc.boolean(),
  }),
  { maxLength: 8 },
);

test('after omitted, repeated and unordered events the newest event gives the fold of the ledger', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(score, { minLength: 1, maxLength: 12 }),
      fc.array(score, { minLength: 1, maxLength: 6 }),
      deliveries,
      async (adas, bobs, batches) => {
        await standings.reset();
        const updates = [
          ...(await standings.ledger.add('ada', ...adas)),
          ...(await standings.ledger.add('bob', ...bobs)),
        ];
        const workers = [standings.createProjector(), standings.createProjector()];
        const eventAt = (index: number) =>
          eventRecord(updates[index % updates.length] as LedgerUpdate);
        let previous: Promise<string[] | undefined> = Promise.resolve([]);
        for (const { events, worker, isTogether } of batches) {
          if (!isTogether) expect(await previous).toEqual([]);
          const batch = Promise.all([previous, workers[worker]?.handle(events.map(eventAt))]);
          previous = batch.then(([before, now]) => [...(before ?? []), ...(now ?? [])]);
        }
        expect(await previous).toEqual([]);
        const newest = [updates[adas.length - 1], updates.at(-1)] as LedgerUpdate[];
        expect(await workers[0]?.handle(newest.map(eventRecord))).toEqual([]);
        await standings.expectFoldOfLedger();
      },
    ),
    { numRuns: sizeOf({ short: 60, long: 2_000 }) },
  );
});
