import { describe, expect, test } from '@jest/globals';
import type { QueueRecord } from '@leaderboard/function';
import { pick, seededRandom } from '@leaderboard/testing/random';
import { crashAtWrite, isWrite } from '../testing/request-log.ts';
import { eventRecord, randomScore } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';
import { type TestProjector } from '../testing/test-projector.ts';
import { sizeOf } from '@leaderboard/testing/test-form';

const CRASHES = sizeOf({ short: 30, long: 400 });

const standings = useStandings();

/** @returns what the queue must deliver again: everything when the process died */
async function handle(
  projector: TestProjector,
  records: readonly QueueRecord[],
): Promise<QueueRecord[]> {
  try {
    const returned = new Set(await projector.handle(records));
    return records.filter(({ messageId }) => returned.has(messageId));
  } catch {
    return [...records];
  }
}

describe('a crash at any write', () => {
  const scenarios = {
    'of new players': [] as const,
    'of a player with standings': [{ score: 3 }, { score: 2, game_id: 'go' }] as const,
  };

  test.each(Object.entries(scenarios))(
    '%s is repaired by the redelivery',
    async (_name, before) => {
      const batchOf = async (name: string) => {
        const old = await standings.ledger.add(`${name}-a`, ...before);
        if (old.length > 0) await standings.createProjector().handle(old.map(eventRecord));
        const fresh = await standings.ledger.add(
          `${name}-a`,
          { score: 5 },
          { score: 1, game_id: 'go' },
        );
        const other = await standings.ledger.add(`${name}-b`, { score: 5 });
        return [...fresh, ...other].map(eventRecord);
      };

      const undisturbed = standings.createProjector();
      await undisturbed.handle(await batchOf('undisturbed'));
      const writes = undisturbed.log.requests.filter(isWrite).length;
      expect(writes).toBeGreaterThanOrEqual(5);

      for (const when of ['before', 'after'] as const) {
        for (let write = 1; write <= writes; write += 1) {
          const batch = await batchOf(`${when}-${write}`);
          const dying = standings.createProjector();
          crashAtWrite(dying.log, write, when);
          await handle(dying, batch);
          expect(await standings.createProjector().handle(batch)).toEqual([]);
        }
      }
      await standings.expectFoldOfLedger();
    },
  );
});

test.each([1, 2, 3])(
  'seed %i: random crashes, repeated events and disorder leave the fold of the ledger',
  async (seed) => {
    const random = seededRandom(seed);
    const players = Array.from({ length: 8 }, (_, index) => `player-${index}`);
    let projector = standings.createProjector();
    let waiting: QueueRecord[] = [];
    let crashes = 0;
    for (let rounds = 0; crashes < CRASHES || waiting.length > 0; rounds += 1) {
      if (crashes < CRASHES) {
        const [update] = await standings.ledger.add(pick(players, random), randomScore(random));
        if (update) {
          const copies = random() < 0.2 ? 2 : 1;
          // Mostly in order: some overtake a few others.
          for (let copy = 0; copy < copies; copy += 1) {
            const overtaken = random() < 0.3 ? Math.floor(random() * 5) : 0;
            waiting.splice(Math.max(0, waiting.length - overtaken), 0, eventRecord(update));
          }
        }
        if (waiting.length < 6) continue;
        crashAtWrite(
          projector.log,
          1 + Math.floor(random() * 8),
          random() < 0.5 ? 'before' : 'after',
        );
      }
      const batch = waiting.slice(0, 1 + Math.floor(random() * 10));
      const returned = await handle(projector, batch);
      waiting = [...returned, ...waiting.slice(batch.length)];
      if (returned.length > 0) {
        crashes += 1;
        projector = standings.createProjector();
      }
    }
    expect(crashes).toBeGreaterThanOrEqual(CRASHES);
    await standings.expectFoldOfLedger();
  },
);
