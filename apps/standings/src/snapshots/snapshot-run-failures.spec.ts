import { describe, expect, test } from '@jest/globals';
import type { Snapshot } from '@leaderboard/tables';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { useSnapshotter } from '../testing/use-snapshotter.ts';

const MINUTE_MS = 60_000;

const snapshotter = useSnapshotter();

describe('failures', () => {
  test('a board that fails holds up no other, and is taken by the next run', async () => {
    await snapshotter.play('ada', {});
    await snapshotter.run();
    snapshotter.clock += 10 * MINUTE_MS;
    await snapshotter.run();
    await snapshotter.play('ada', { score: 20 });
    snapshotter.log.plan = ({ input }) =>
      JSON.stringify(input).includes('"GLOBAL#all_time"') &&
      JSON.stringify(input).includes('LATEST')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    const failed = await snapshotter.run();
    expect(failed.failures).toEqual([
      { boardWindow: 'GLOBAL#all_time', error: new Error('throttled') },
    ]);
    expect(failed.outcomes.written).toBe(3);
    snapshotter.log.plan = () => undefined;
    snapshotter.clock += 10 * MINUTE_MS;
    expect(await snapshotter.run()).toMatchObject({
      outcomes: { written: 1, unchanged: 3 },
      failures: [],
    });
  });

  test('a run whose time is over is continued where it stopped', async () => {
    await snapshotter.play('ada', {});
    await snapshotter.run();
    snapshotter.clock += 10 * MINUTE_MS;
    await snapshotter.run();
    await snapshotter.play('ada', { score: 20 });
    snapshotter.clock += 10 * MINUTE_MS;
    expect(await snapshotter.run({ remainingMs: () => 1_000 })).toMatchObject({
      isComplete: false,
      outcomes: { written: 0 },
    });
    expect(await snapshotter.run()).toMatchObject({ isComplete: true, outcomes: { written: 4 } });
  });

  test('when no run has time for all boards, each gets its turn as often as the others', async () => {
    const games = Array.from({ length: 9 }, (_, game) => `game-${game}`);
    const playAll = async (score: number) => {
      for (const game_id of games) await snapshotter.play('ada', { game_id, score });
    };
    await playAll(1);
    const takenOf = new Map(games.map((game) => [game, 0]));
    const perRun = 12;
    for (let minute = 2; minute < 40; minute += 1) {
      let left = perRun;
      await snapshotter.run({ remainingMs: () => (left-- > 0 ? 60_000 : 0) });
      for (const game of games) {
        const latest = (await snapshotter.snapshotsOf(`game:${game}#all_time`))['LATEST'];
        if (latest?.as_of === new Date(snapshotter.clock).toISOString()) {
          takenOf.set(game, (takenOf.get(game) ?? 0) + 1);
        }
      }
      snapshotter.clock += MINUTE_MS;
      await playAll(minute);
    }
    const turns = [...takenOf.values()];
    expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1);
    // A round of 20 board windows takes two or three runs.
    expect(Math.min(...turns)).toBeGreaterThan(10);
  });

  test('after runs without enough time, one with enough leaves nothing out', async () => {
    for (let step = 1; step < 12; step += 1) {
      await snapshotter.play(`player-${step}`, { game_id: `game-${step}`, score: step });
      await snapshotter.play('ada', { game_id: `game-${step % 3}`, score: 100 * step });
      let left = step;
      await snapshotter.run({ remainingMs: () => (left-- > 0 ? 60_000 : 0) });
      snapshotter.clock += MINUTE_MS / 2;
    }
    expect(await snapshotter.run()).toMatchObject({ isComplete: true });
    for (let step = 1; step < 12; step += 1) {
      const latest = (await snapshotter.snapshotsOf(`game:game-${step}#weekly`))['LATEST'];
      expect(latest?.entries.map(({ player_id }) => player_id)).toContain(`player-${step}`);
    }
    const top = (await snapshotter.snapshotsOf('game:game-2#all_time'))['LATEST'];
    expect(top?.entries[0]).toMatchObject({ player_id: 'ada', score: '1100' });
  });

  test('changes of a board that is no longer defined are skipped', async () => {
    await snapshotter.play('ada', {});
    const [GLOBAL] = DEFAULT_BOARDS;
    await snapshotter.run();
    await snapshotter.play('ada', { score: 20 });
    snapshotter.clock += MINUTE_MS;
    expect(await snapshotter.run({ definitions: GLOBAL ? [GLOBAL] : [] })).toMatchObject({
      outcomes: { written: 2, gone: 2 },
    });
  });

  test('an older run that ends late does not replace a newer latest snapshot', async () => {
    const store = snapshotter.store(60);
    const snapshot: Snapshot = {
      leaderboard_id: 'GLOBAL#all_time',
      board: 'GLOBAL',
      window: 'all_time',
      period: 'all_time',
      as_of: '2026-11-21T09:30:00.000Z',
      total: 1,
      entries: [],
    };
    expect(await store.replaceLatest(snapshot)).toBe(true);
    expect(await store.replaceLatest({ ...snapshot, as_of: '2026-11-21T09:29:59.999Z' })).toBe(
      false,
    );
    expect(await store.replaceLatest({ ...snapshot, as_of: '2026-11-21T09:30:00.001Z' })).toBe(
      true,
    );
  });
});
