import { describe, expect, test } from '@jest/globals';
import { HOLE_REASONS } from '@leaderboard/tables';
import { pick, seededRandom } from '@leaderboard/testing/random';
import { sizeOf } from '@leaderboard/testing/test-form';
import { crashAtWrite } from '../testing/request-log.ts';
import { holesOf, inexactUntil, openHoles } from '../testing/standings-holes.ts';
import { useStandings } from '../testing/use-standings.ts';
import type { Holes } from './holes.ts';

const HISTORIES = sizeOf({ short: 6, long: 60 });
const STEPS = 25;
const PLAYERS = ['ada', 'bob', 'cy'];
const reason = HOLE_REASONS.deadLetter;

const standings = useStandings();

/** A process that may die at a write. */
function aProcess(): { holes: Holes; dieAt: (write: number, when: 'before' | 'after') => void } {
  const { client, log } = standings.watch();
  const holes = holesOf(standings, Date.now, client);
  return { holes, dieAt: (write, when) => crashAtWrite(log, write, when) };
}

describe('holes', () => {
  test('readers see a hole from before its event is given up until after it is closed', async () => {
    const holes = holesOf(standings, () => 1_000);
    expect(await inexactUntil(standings)).toBe(0);
    const hole = await holes.note({ player: 'ada', version: 3, reason });
    expect(await inexactUntil(standings)).toBeUndefined();
    expect(await holes.close(hole)).toBe(true);
    expect(await openHoles(standings)).toEqual({});
    expect(await inexactUntil(standings)).toBe(16_000);
  });

  test('a hole that was noted again is not closed by who has read it before', async () => {
    const holes = holesOf(standings, () => 1_000);
    const before = await holes.note({ player: 'ada', version: 3, reason });
    await holes.note({ player: 'ada', version: 2, reason });
    expect(await holes.close(before)).toBe(false);
    expect(await openHoles(standings)).toEqual({ ada: 3 });
    expect(await inexactUntil(standings)).toBeUndefined();
  });

  test('a hole that is noted while the last other one is closed stays visible', async () => {
    const others = holesOf(standings);
    const hole = await others.note({ player: 'ada', version: 3, reason });
    const { client, log } = standings.watch();
    const holes = holesOf(standings, Date.now, client);
    log.plan = async ({ name }) => {
      if (name === 'PutItemCommand') await others.note({ player: 'bob', version: 1, reason });
      return undefined;
    };
    expect(await holes.close(hole)).toBe(true);
    expect(await openHoles(standings)).toEqual({ bob: 1 });
    expect(await inexactUntil(standings)).toBeUndefined();
  });

  test.each([
    [3, undefined, 'unknown'],
    [undefined, 3, 'unknown'],
    [3, 2, 3],
    [2, 3, 3],
  ])('a hole grows: %s and then %s', async (first, second, expected) => {
    const holes = holesOf(standings);
    await holes.note({ player: 'ada', version: first, reason });
    await holes.note({ player: 'ada', version: second, reason });
    expect(await openHoles(standings)).toEqual({ ada: expected });
  });

  test('standings that have passed a hole close it, and not one that is beyond them or of an unknown version', async () => {
    const holes = holesOf(standings);
    await holes.note({ player: 'ada', version: 3, reason });
    await holes.note({ player: 'bob', version: undefined, reason });
    await holes.passed('ada', 2);
    await holes.passed('bob', 1_000);
    await holes.passed('cy', 1);
    expect(await openHoles(standings)).toEqual({ ada: 3, bob: 'unknown' });
    await holes.passed('ada', 3);
    expect(await openHoles(standings)).toEqual({ bob: 'unknown' });
    expect(await inexactUntil(standings)).toBeUndefined();
  });

  test('any number of holes is one note for readers, and pages for those who close them', async () => {
    const holes = holesOf(standings);
    const players = Array.from({ length: 30 }, (_, index) => `p-${String(index).padStart(2, '0')}`);
    await Promise.all(players.map((player) => holes.note({ player, version: 1, reason })));
    const first = await holes.after('', 20);
    const second = await holes.after(first.at(-1)?.player ?? '', 20);
    expect([...first, ...second].map(({ player }) => player)).toEqual(players);
  });

  test.each(Array.from({ length: HISTORIES }, (_, seed) => seed))(
    'whatever dies in between, there is no hole of an event given up that readers do not see (history %d)',
    async (seed) => {
      const random = seededRandom(seed);
      /** Players with an event that was given up and that nobody has closed since. */
      const givenUp = new Set<string>();
      for (let step = 0; step < STEPS; step += 1) {
        await Promise.all(
          PLAYERS.map(async (player) => {
            const { holes, dieAt } = aProcess();
            if (random() < 0.4) {
              dieAt(1 + Math.floor(random() * 2), pick(['before', 'after'], random));
            }
            const isNoting = random() < 0.5;
            try {
              if (isNoting) {
                await holes.note({ player, version: step, reason });
                givenUp.add(player);
                return;
              }
              const hole = await holes.of(player);
              // Whether or not its response is lost, it may be closed from here on: the standings hold the update.
              givenUp.delete(player);
              if (hole !== undefined) await holes.close(hole);
            } catch {
              // Died: what was not noted to the end is not given up.
            }
          }),
        );
        const open = await openHoles(standings);
        expect(Object.keys(open)).toEqual(expect.arrayContaining([...givenUp]));
        if (givenUp.size > 0) expect(await inexactUntil(standings)).toBeUndefined();
      }
      const holes = holesOf(standings);
      for (const hole of await holes.all()) await holes.close(hole);
      await holes.endNote();
      expect(await inexactUntil(standings)).not.toBeUndefined();
    },
  );
});
