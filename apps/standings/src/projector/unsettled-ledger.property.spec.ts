import { expect, test } from '@jest/globals';
import type { QueueRecord } from '@leaderboard/function';
import fc from 'fast-check';
import type { PlayerLedger } from '../fold/fold-ledger.ts';
import { eventRecord, received } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';

const MAX_UPDATES = 8;
/** More reads than receives until a missing version counts as removed. */
const MAX_HIDDEN_READS = 8;

const standings = useStandings();

/**
 * A ledger whose queries show each version only from its own read on, as a query may that runs while transactions become
 * visible item by item. A read after a completed transaction shows everything.
 */
function showingLate(hiddenReads: readonly number[]): (reader: PlayerLedger) => PlayerLedger {
  const left = [...hiddenReads];
  return (reader) => ({
    settledUpdates: (playerId, from, to) => reader.settledUpdates(playerId, from, to),
    async *updatesAfter(playerId, timestamp) {
      for await (const page of reader.updatesAfter(playerId, timestamp)) {
        yield page.filter(({ version }) => (left[version - 1] ?? 0) === 0);
      }
      for (const [index, reads] of left.entries()) left[index] = Math.max(0, reads - 1);
    },
  });
}

test('a ledger that shows updates late and out of order ends as its fold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: MAX_HIDDEN_READS }), {
        minLength: MAX_UPDATES,
        maxLength: MAX_UPDATES,
      }),
      fc.shuffledSubarray([...Array(MAX_UPDATES).keys()], { minLength: MAX_UPDATES }),
      fc.integer({ min: 1, max: 3 }),
      async (hiddenReads, order, batchSize) => {
        await standings.reset();
        const scores = hiddenReads.map((_, index) => ({ score: 2 ** index }));
        const records = (await standings.ledger.add('ada', ...scores)).map(eventRecord);
        const projector = standings.createProjector({
          readLedger: showingLate(hiddenReads),
        });
        let waiting = order.flatMap((index): QueueRecord[] => records.slice(index, index + 1));
        while (waiting.length > 0) {
          const batch = waiting.slice(0, batchSize);
          const returned = await projector.handle(batch);
          const again = batch.filter(({ messageId }) => returned.includes(messageId));
          waiting = [
            ...again.map((record) => received(record, record.receiveCount + 1)),
            ...waiting.slice(batch.length),
          ];
        }
        expect(projector.observed.ledgerHasHoles).toEqual([]);
        await standings.expectFoldOfLedger();
      },
    ),
    { numRuns: 40 },
  );
});
