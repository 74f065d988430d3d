import { describe, expect, test } from '@jest/globals';
import type { BoardDefinition } from '@leaderboard/ranking';
import { isWrite } from '../testing/request-log.ts';
import { START_MS } from '../testing/test-ledger.ts';
import { useSnapshotter } from '../testing/use-snapshotter.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

const snapshotter = useSnapshotter();
const { standings } = snapshotter;

describe('snapshots', () => {
  test('hold the top of every board and window, latest and dated, with the total', async () => {
    await snapshotter.play('ada', { score: 0.1 }, { score: 0.2 });
    await snapshotter.play('bob', { score: 7 });
    await snapshotter.play('cyd', { score: -1 });
    await snapshotter.play('dee', { score: 5 });
    snapshotter.clock += 1_000;
    expect(await snapshotter.run()).toMatchObject({
      kind: 'full',
      outcomes: { written: 4, unchanged: 0, gone: 0 },
      isComplete: true,
    });
    const takenAt = new Date(snapshotter.clock).toISOString();
    const expected = {
      leaderboard_id: 'GLOBAL#all_time',
      board: 'GLOBAL',
      window: 'all_time',
      period: 'all_time',
      as_of: takenAt,
      total: 4,
      entries: [
        { rank: 1, player_id: 'bob', score: '7', updates: 1 },
        { rank: 2, player_id: 'dee', score: '5', updates: 1 },
        { rank: 3, player_id: 'ada', score: '0.3', updates: 2 },
      ],
    };
    const snapshots = await snapshotter.snapshotsOf('GLOBAL#all_time');
    expect(Object.keys(snapshots).toSorted()).toEqual([takenAt, 'LATEST']);
    expect(snapshots['LATEST']).toMatchObject(expected);
    expect(snapshots[takenAt]).toMatchObject(expected);
    expect((await snapshotter.snapshotsOf('game:chess#weekly'))['LATEST']).toMatchObject({
      period: '2026-W47',
      total: 4,
    });
    const dated = (await standings.items('snapshots')).find((item) => item['as_of']?.S === takenAt);
    expect(dated?.['expires_at']).toEqual({
      N: String(Math.floor(snapshotter.clock / 1_000) + 86_400),
    });
  });

  test('store the number of players where the boards are listed', async () => {
    await snapshotter.play('ada', { game_id: 'go' });
    await snapshotter.play('bob');
    await snapshotter.run();
    expect(await snapshotter.playersOfBoards()).toEqual({ GLOBAL: '1', 'game:go': '1' });
    await snapshotter.play('bob', { game_id: 'chess' });
    await snapshotter.run();
    expect(await snapshotter.playersOfBoards()).toEqual({
      GLOBAL: '2',
      'game:go': '1',
      'game:chess': '1',
    });
  });

  test('merge shards, with shared ranks', async () => {
    const definitions: BoardDefinition[] = [
      {
        id: 'GLOBAL',
        scope: 'all_games',
        operator: 'best',
        order: 'desc',
        tie_break: 'shared',
        windows: ['all_time'],
        shards: 4,
      },
    ];
    standings.projector = standings.createProjector({ definitions });
    for (let player = 0; player < 30; player += 1) {
      await snapshotter.play(`player-${String(player).padStart(2, '0')}`, { score: player % 3 });
    }
    await snapshotter.run({ definitions, snapshotSize: 12 });
    const latest = (await snapshotter.snapshotsOf('GLOBAL#all_time'))['LATEST'];
    expect(latest?.total).toBe(30);
    expect(latest?.entries.map(({ rank }) => rank)).toEqual([...Array(10).fill(1), 11, 11]);
    expect(latest?.entries.map(({ player_id }) => player_id).slice(0, 3)).toEqual([
      'player-02',
      'player-05',
      'player-08',
    ]);
  });
});

describe('no more is read than needed', () => {
  test('a run without changes reads the minutes since the last run and writes only its position', async () => {
    await snapshotter.play('ada', {});
    await snapshotter.run();
    snapshotter.clock += 10 * MINUTE_MS;
    await snapshotter.run();
    snapshotter.clock += 5 * MINUTE_MS;
    expect(await snapshotter.run()).toMatchObject({
      kind: 'changes',
      outcomes: { written: 0, unchanged: 0 },
    });
    // Position; the five minutes since, and the two that were still settling.
    expect(snapshotter.log.counts()).toEqual({ GetItem: 1, Query: 8, PutItem: 1 });
  });

  test('only what has changed is taken, and not written where its top is the same', async () => {
    await snapshotter.play('ada', { score: 100 }, { score: 1, game_id: 'go' });
    await snapshotter.run();
    snapshotter.clock += 10 * MINUTE_MS;
    await snapshotter.run();
    snapshotter.clock += MINUTE_MS;
    await snapshotter.play('ada', { score: 0, game_id: 'go', occurred_at: '2026-11-16T00:00:00Z' });
    expect(await snapshotter.run()).toMatchObject({ outcomes: { written: 4, unchanged: 0 } });
    snapshotter.clock += MINUTE_MS;
    expect(await snapshotter.run()).toMatchObject({ outcomes: { written: 0, unchanged: 4 } });
    expect(snapshotter.log.requests.filter(isWrite)).toHaveLength(1);
  });

  test('changes during a run, or shortly before it, are seen by the next run', async () => {
    await snapshotter.play('ada', { score: 1 });
    await snapshotter.run();
    for (let step = 2; step < 20; step += 1) {
      // Recorded in the same minute as the last run, or up to two minutes before the next.
      snapshotter.clock += 20_000;
      await snapshotter.play('ada', { score: step });
      await snapshotter.run();
      const latest = (await snapshotter.snapshotsOf('game:chess#all_time'))['LATEST'];
      expect(latest?.entries[0]?.score).toBe(String(step));
    }
  });

  test('after a long pause every board is taken again', async () => {
    await snapshotter.play('ada', {});
    await snapshotter.run();
    snapshotter.clock += 3 * 24 * 60 * MINUTE_MS;
    expect(await snapshotter.run()).toMatchObject({ kind: 'full' });
  });

  test('the ranks of a board are read once for each of its windows, however many players it has', async () => {
    const readsOfRanks = async () => {
      await snapshotter.run({ full: true, snapshotSize: 5 });
      const { ranks } = snapshotter.standings.tables;
      return snapshotter.log.requests.filter(({ input }) => input['TableName'] === ranks).length;
    };
    await snapshotter.play('ada', { score: 1 });
    expect(await readsOfRanks()).toBe(4);
    for (let player = 0; player < 12; player += 1)
      await snapshotter.play(`player-${player}`, { score: player });
    expect(await readsOfRanks()).toBe(4);
    await snapshotter.standings.compact();
    expect(await readsOfRanks()).toBe(4);
    const latest = (await snapshotter.snapshotsOf('GLOBAL#all_time'))['LATEST'];
    expect(latest).toMatchObject({ total: 13, entries: { length: 5 } });
  });
});

describe('periods', () => {
  test('a late update makes a dated snapshot of its week and leaves the latest one unchanged', async () => {
    await snapshotter.play('ada', { score: 3 });
    await snapshotter.run();
    snapshotter.clock += MINUTE_MS;
    await snapshotter.play('ada', { score: 2, occurred_at: '2026-11-10T12:00:00Z' });
    await snapshotter.run();
    const snapshots = await snapshotter.snapshotsOf('GLOBAL#weekly');
    expect(snapshots['LATEST']?.period).toBe('2026-W47');
    expect(
      Object.values(snapshots)
        .map(({ period }) => period)
        .toSorted(),
    ).toEqual(['2026-W46', '2026-W47', '2026-W47']);
  });

  test('the latest one is of the new week from its first update on, and not before the week begins', async () => {
    await snapshotter.play('ada', { score: 3 });
    await snapshotter.run();
    snapshotter.clock = START_MS - (START_MS % MINUTE_MS) + WEEK_MS - MINUTE_MS;
    await snapshotter.play('ada', { score: 2, occurred_at: '2026-11-23T00:00:30Z' });
    await snapshotter.run({ full: true });
    await snapshotter.run();
    expect((await snapshotter.snapshotsOf('GLOBAL#weekly'))['LATEST']?.period).toBe('2026-W47');
    snapshotter.clock += 2 * MINUTE_MS;
    await snapshotter.play('bob', { score: 2, occurred_at: '2026-11-23T00:01:00Z' });
    await snapshotter.run();
    expect((await snapshotter.snapshotsOf('GLOBAL#weekly'))['LATEST']).toMatchObject({
      period: '2026-W48',
      total: 2,
    });
  });
});
