import { afterEach, describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { StandingsWatch, type AppliedVersion } from './standings-watch.ts';

const update = (player_id: string, event_id: string) =>
  ({ player_id, event_id, game_id: 'chess', score: 1 }) as LeaderboardUpdate;
const journey = (player_id: string, event_id: string) => ({
  update: update(player_id, event_id),
  calledAtMs: 1,
  acceptedAtMs: 2,
});

let stop: AbortController;

afterEach(() => {
  stop.abort();
});

/** A watch on standings that the test sets, on a clock that each look moves by a second. */
function watchOn({ stalledAfterMs = 1e9 } = {}) {
  stop = new AbortController();
  const applied = new Map<string, AppliedVersion>();
  const shown = new Map<string, number>();
  const asked: string[][] = [];
  let ms = 0;
  let isDown = false;
  const watch = new StandingsWatch(
    {
      appliedOf: (playerIds) => {
        asked.push([...playerIds]);
        return isDown ? Promise.reject(new Error('down')) : Promise.resolve(applied);
      },
      updatesShownOf: () => Promise.resolve(shown),
      isShown: ({ event_id }) => event_id !== 'elsewhere',
    },
    { signal: stop.signal, pollMs: 0, stalledAfterMs, now: () => (ms += 1000) },
  );
  const look = async () => {
    const looks = asked.length;
    while (asked.length < looks + 2) await new Promise(setImmediate);
  };
  return { watch, applied, shown, asked, look, setDown: (down: boolean) => (isDown = down) };
}

describe('the watch', () => {
  test('follows an update until the read API shows it', async () => {
    const { watch, applied, shown, look } = watchOn();
    const first = journey('ann', 'a');
    const second = journey('ann', 'b');
    const both = [watch.follow(first), watch.follow(second)];
    applied.set('ann', { version: 1, applied_at: 50 });
    await both[0];
    await look();
    expect(first).toMatchObject({ standingAtMs: 50 });
    expect(second).not.toHaveProperty('standingAtMs');

    applied.set('ann', { version: 2, applied_at: 70 });
    await both[1];
    expect(second).toMatchObject({ standingAtMs: 70 });
    shown.set('ann', 2);
    await watch.allShown();
    expect(watch.journeys).toEqual([first, second]);
    for (const { readAtMs } of watch.journeys) expect(readAtMs).toBeGreaterThan(0);
  });

  test('does not wait for a repeat', async () => {
    const { watch } = watchOn();
    const waiting = watch.follow(journey('ann', 'a'));
    await watch.follow(journey('ann', 'a'));
    expect(watch.journeys).toHaveLength(1);
    stop.abort();
    await waiting;
  });

  test('does not wait for a board on which the update does not count', async () => {
    const { watch, applied, shown } = watchOn();
    applied.set('ann', { version: 1, applied_at: 50 });
    shown.set('ann', 0);
    await watch.follow(journey('ann', 'elsewhere'));
    await watch.allShown();
    expect(watch.journeys[0]).toHaveProperty('readAtMs');
  });

  test('reads only players who have updates in flight, all in one request', async () => {
    const { watch, applied, asked, look } = watchOn();
    applied.set('ann', { version: 1, applied_at: 50 });
    await watch.follow(journey('ann', 'a'));
    const waiting = ['bob', 'cleo'].map((playerId) => watch.follow(journey(playerId, 'a')));
    await look();
    expect(asked.at(-1)).toEqual(['bob', 'cleo']);
    stop.abort();
    await Promise.all(waiting);
  });

  test('goes on after a look that failed', async () => {
    const { watch, applied, look, setDown } = watchOn();
    setDown(true);
    const waiting = watch.follow(journey('ann', 'a'));
    await look();
    expect(watch.lastError).toEqual(new Error('down'));
    applied.set('ann', { version: 1, applied_at: 50 });
    setDown(false);
    await waiting;
    expect(watch.lastError).toBeUndefined();
  });

  test('gives up when nothing comes for too long, and then waits for nothing', async () => {
    const { watch } = watchOn({ stalledAfterMs: 10_000 });
    const lost = journey('ann', 'a');
    await watch.follow(lost);
    expect(watch.gaveUp).toBe(true);
    expect(lost).not.toHaveProperty('standingAtMs');
    await watch.follow(journey('bob', 'a'));
    await watch.allShown();
  });
});
