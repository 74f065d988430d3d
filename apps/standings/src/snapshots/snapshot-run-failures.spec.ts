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
