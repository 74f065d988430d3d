import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import { BoardCatalog } from '../fold/board-catalog.ts';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { scan } from '../testing/expected-standings.ts';
import { isWrite, RequestLog } from '../testing/request-log.ts';
import { eventRecord, START_MS, TestLedger, type Score } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS, type TestProjector } from '../testing/test-projector.ts';
import { BoardReader } from './board-reader.ts';
import { runSnapshots, type SnapshotRunResult } from './snapshot-run.ts';
import { toSnapshot } from './snapshot-item.ts';
import { SnapshotStore } from './snapshot-store.ts';
import type { Snapshot } from './snapshot.ts';

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;
let projector: TestProjector;
let log: RequestLog;
let clock: number;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  client = engine.createClient();
  log = new RequestLog(client);
  tables = await engine.createTables();
  ledger = new TestLedger(engine.createClient(), tables.ledger);
  projector = createProjector(engine, tables);
  clock = START_MS;
});

async function play(playerId: string, ...scores: Score[]): Promise<void> {
  projector.clock = clock;
  const records = (await ledger.add(playerId, ...scores)).map(eventRecord);
  expect(await projector.handle(records)).toEqual([]);
}

interface RunOptions {
  definitions?: readonly BoardDefinition[];
  snapshotSize?: number;
  full?: boolean;
  remainingMs?: () => number;
}

async function run(options: RunOptions = {}): Promise<SnapshotRunResult> {
  const { definitions = DEFAULT_BOARDS, snapshotSize = 3, full = false } = options;
  log.clear();
  return runSnapshots(
    {
      catalog: new BoardCatalog(definitions),
      boards: new BoardReader({
        client,
        tableName: tables.standings,
        sleep: async (ms) => {
          await delay(ms);
        },
      }),
      snapshots: new SnapshotStore({ client, tableName: tables.snapshots, ttlSeconds: 86_400 }),
      snapshotSize,
      now: () => clock,
      remainingMs: options.remainingMs ?? (() => 60_000),
    },
    { full },
  );
}

/** Snapshots of a leaderboard by sort key. */
async function snapshotsOf(leaderboardId: string): Promise<Record<string, Snapshot>> {
  const items = await scan(engine.createClient(), tables.snapshots);
  return Object.fromEntries(
    items
      .filter((item) => item['leaderboard_id']?.S === leaderboardId)
      .map((item) => [item['as_of']?.S ?? '', toSnapshot(item)]),
  );
}

describe('snapshots', () => {
  test('the top of every board and window, latest and dated, with the total', async () => {
    await play('ada', { score: 0.1 }, { score: 0.2 });
    await play('bob', { score: 7 });
    await play('cyd', { score: -1 });
    await play('dee', { score: 5 });
    clock += 1_000;
    expect(await run()).toMatchObject({
      kind: 'full',
      outcomes: { written: 4, unchanged: 0, gone: 0 },
      isComplete: true,
    });
    const takenAt = new Date(clock).toISOString();
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
    const snapshots = await snapshotsOf('GLOBAL#all_time');
    expect(Object.keys(snapshots).toSorted()).toEqual([takenAt, 'LATEST']);
    expect(snapshots['LATEST']).toMatchObject(expected);
    expect(snapshots[takenAt]).toMatchObject(expected);
    expect((await snapshotsOf('game:chess#weekly'))['LATEST']).toMatchObject({
      period: '2026-W47',
      total: 4,
    });
    const dated = (await scan(engine.createClient(), tables.snapshots)).find(
      (item) => item['as_of']?.S === takenAt,
    );
    expect(dated?.['expires_at']).toEqual({ N: String(Math.floor(clock / 1_000) + 86_400) });
  });

  test('the number of players is kept where the boards are listed', async () => {
    await play('ada', { game_id: 'go' });
    await play('bob');
    await run();
    expect(await boards()).toEqual({ GLOBAL: '1', 'game:go': '1' });
    await play('bob', { game_id: 'chess' });
    await run();
    expect(await boards()).toEqual({ GLOBAL: '2', 'game:go': '1', 'game:chess': '1' });
  });

  test('shared ranks and shards are merged', async () => {
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
    projector = createProjector(engine, tables, { definitions });
    for (let player = 0; player < 30; player += 1) {
      await play(`player-${String(player).padStart(2, '0')}`, { score: player % 3 });
    }
    await run({ definitions, snapshotSize: 12 });
    const latest = (await snapshotsOf('GLOBAL#all_time'))['LATEST'];
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
  test('a quiet run reads the news of the minutes since the last and writes nothing but its position', async () => {
    await play('ada', {});
    await run();
    clock += 10 * MINUTE_MS;
    await run();
    clock += 5 * MINUTE_MS;
    expect(await run()).toMatchObject({ kind: 'news', outcomes: { written: 0, unchanged: 0 } });
    // Position; the five minutes since, and the two that were still settling.
    expect(log.counts()).toEqual({ GetItem: 1, Query: 8, PutItem: 1 });
  });

  test('only what has news is taken, and not written where its top is the same', async () => {
    await play('ada', { score: 100 }, { score: 1, game_id: 'go' });
    await run();
    clock += 10 * MINUTE_MS;
    await run();
    clock += MINUTE_MS;
    await play('ada', { score: 0, game_id: 'go', occurred_at: '2026-11-16T00:00:00Z' });
    expect(await run()).toMatchObject({ outcomes: { written: 4, unchanged: 0 } });
    clock += MINUTE_MS;
    expect(await run()).toMatchObject({ outcomes: { written: 0, unchanged: 4 } });
    expect(log.requests.filter(isWrite)).toHaveLength(1);
  });

  test('news that come while a run is under way, or shortly before, are seen by the next', async () => {
    await play('ada', { score: 1 });
    await run();
    for (let step = 2; step < 20; step += 1) {
      // Announced in the same minute as the last run, or up to two minutes before the next.
      clock += 20_000;
      await play('ada', { score: step });
      await run();
      const latest = (await snapshotsOf('game:chess#all_time'))['LATEST'];
      expect(latest?.entries[0]?.score).toBe(String(step));
    }
  });

  test('after a long absence every board is taken anew', async () => {
    await play('ada', {});
    await run();
    clock += 3 * 24 * 60 * MINUTE_MS;
    expect(await run()).toMatchObject({ kind: 'full' });
  });

  test('each key of the index is read once', async () => {
    for (let player = 0; player < 12; player += 1)
      await play(`player-${player}`, { score: player });
    await run({ full: true, snapshotSize: 5 });
    const perBoardWindow = log.requests.filter(({ input }) => 'IndexName' in input);
    // Four board windows: the first five keys of each, then the other seven counted.
    expect(perBoardWindow).toHaveLength(8);
    expect(perBoardWindow.filter(({ input }) => input['Select'] === 'COUNT')).toHaveLength(4);
  });
});

describe('periods', () => {
  test('a late update makes a dated snapshot of its week and leaves the latest one alone', async () => {
    await play('ada', { score: 3 });
    await run();
    clock += MINUTE_MS;
    await play('ada', { score: 2, occurred_at: '2026-11-10T12:00:00Z' });
    await run();
    const snapshots = await snapshotsOf('GLOBAL#weekly');
    expect(snapshots['LATEST']?.period).toBe('2026-W47');
    expect(
      Object.values(snapshots)
        .map(({ period }) => period)
        .toSorted(),
    ).toEqual(['2026-W46', '2026-W47', '2026-W47']);
  });

  test('the latest one becomes that of the new week with its first update, and not before the week begins', async () => {
    await play('ada', { score: 3 });
    await run();
    clock = START_MS - (START_MS % MINUTE_MS) + WEEK_MS - MINUTE_MS;
    await play('ada', { score: 2, occurred_at: '2026-11-23T00:00:30Z' });
    await run({ full: true });
    await run();
    expect((await snapshotsOf('GLOBAL#weekly'))['LATEST']?.period).toBe('2026-W47');
    clock += 2 * MINUTE_MS;
    await play('bob', { score: 2, occurred_at: '2026-11-23T00:01:00Z' });
    await run();
    expect((await snapshotsOf('GLOBAL#weekly'))['LATEST']).toMatchObject({
      period: '2026-W48',
      total: 2,
    });
  });
});

describe('trouble', () => {
  test('a board that fails holds up no other, and is taken by the next run', async () => {
    await play('ada', {});
    await run();
    clock += 10 * MINUTE_MS;
    await run();
    await play('ada', { score: 20 });
    log.plan = ({ input }) =>
      JSON.stringify(input).includes('GLOBAL#all_time#0')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    const failed = await run();
    expect(failed.failures).toEqual([
      { boardWindow: 'GLOBAL#all_time', error: new Error('throttled') },
    ]);
    expect(failed.outcomes.written).toBe(3);
    log.plan = () => undefined;
    clock += 10 * MINUTE_MS;
    expect(await run()).toMatchObject({ outcomes: { written: 1, unchanged: 3 }, failures: [] });
  });

  test('a run whose time is over goes on where it stopped', async () => {
    await play('ada', {});
    await run();
    clock += 10 * MINUTE_MS;
    await run();
    await play('ada', { score: 20 });
    clock += 10 * MINUTE_MS;
    expect(await run({ remainingMs: () => 1_000 })).toMatchObject({
      isComplete: false,
      outcomes: { written: 0 },
    });
    expect(await run()).toMatchObject({ isComplete: true, outcomes: { written: 4 } });
  });

  test('news of a board that is no longer defined are passed over', async () => {
    await play('ada', {});
    const [GLOBAL] = DEFAULT_BOARDS;
    await run();
    await play('ada', { score: 20 });
    clock += MINUTE_MS;
    expect(await run({ definitions: GLOBAL ? [GLOBAL] : [] })).toMatchObject({
      outcomes: { written: 2, gone: 2 },
    });
  });

  test('an older run that ends late does not replace a newer latest snapshot', async () => {
    const store = new SnapshotStore({ client, tableName: tables.snapshots, ttlSeconds: 60 });
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

async function boards(): Promise<Record<string, string | undefined>> {
  const items = await scan(engine.createClient(), tables.standings);
  return Object.fromEntries(
    items
      .filter((item) => item['player_id']?.S === '#boards')
      .map((item) => [item['board_window']?.S ?? '', item['players']?.N]),
  );
}
