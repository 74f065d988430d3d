import { describe, expect, test } from '@jest/globals';
import { Logger } from '@aws-lambda-powertools/logger';
import { STANDINGS_METRICS, type StandingsMetric } from '@leaderboard/contracts/metrics';
import { SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { RanksTable, RunReader, RunWriter } from '@leaderboard/ranks';
import { CHANGES_BUCKET_MS, documentClient } from '@leaderboard/tables';
import { CapturedMetrics } from '@leaderboard/testing/telemetry';
import type { Context } from 'aws-lambda';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardReader } from '../storage/board-reader.ts';
import { eventRecord, START_MS } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { useStandings } from '../testing/use-standings.ts';
import { collectRuns, isTimeToCollect } from './collect-runs.ts';
import { createCompactorHandler } from './compactor-handler.ts';
import { CompactionStarter } from './compaction-starter.ts';

const standings = useStandings();
const CONTEXT = { getRemainingTimeInMillis: () => 60_000 } as Context;

/** The function behind schedule and projectors, at a time (ms since the epoch). */
function compactor(nowMs: number) {
  const { client, log } = standings.watch();
  const documents = documentClient(client);
  const metrics = new CapturedMetrics<StandingsMetric>();
  const ranks = new RanksTable({ client: documents, tableName: standings.tables.ranks });
  const dependencies = {
    ...SYSTEM_RUNTIME,
    now: () => nowMs,
    uniqueId,
    client: documents,
    tableName: standings.tables.ranks,
    ranks,
    runs: new RunReader({ store: standings.runs, cacheBytes: 1_000 }),
    store: standings.runs,
  };
  const handler = createCompactorHandler({
    ...dependencies,
    logger: new Logger({ logLevel: 'SILENT' }),
    metrics,
    catalog: () => Promise.resolve(new BoardCatalog(DEFAULT_BOARDS)),
    boards: new BoardReader({ client: documents, tableName: standings.tables.standings }),
  });
  return { handler, log, metrics, dependencies };
}

async function play(player: string, updates: number): Promise<void> {
  const scores = Array.from({ length: updates }, (_, index) => ({ score: index + 1 }));
  for (const update of await standings.ledger.add(player, ...scores)) {
    await standings.projector.handle([eventRecord(update)]);
  }
}

async function logItems(): Promise<number> {
  const items = await standings.items('ranks');
  return items.filter((item) => item['entry']?.S?.startsWith('log')).length;
}

async function partitions(): Promise<string[]> {
  const items = await standings.items('ranks');
  return [...new Set(items.map((item) => item['board']?.S ?? ''))];
}

describe('the compactor', () => {
  test('merges the logs that a projector asks for, and the ranks stay those of the standings', async () => {
    await play('ada', 20);
    await play('bob', 20);
    await standings.expectRanksOfStandings();
    const { handler, metrics } = compactor(START_MS);
    expect(await handler({ partitions: await partitions() }, CONTEXT)).toEqual({
      boards: 2,
      absorbed: 80,
    });
    expect(metrics.take(STANDINGS_METRICS.rankCompactions)).toBe(2);
    expect(await logItems()).toBe(0);
    await standings.expectRanksOfStandings();
    expect(await handler({ partitions: await partitions() }, CONTEXT)).toMatchObject({
      absorbed: 0,
    });
  });

  test('is started by the schedule for boards that have become quiet, and for no others', async () => {
    await play('ada', 20);
    const noted = standings.projector.clock;
    const atAge = (minutes: number) => compactor(noted + minutes * CHANGES_BUCKET_MS).handler;
    for (const minutes of [0, 1, 2, 4, 14, 16]) {
      expect(await atAge(minutes)({}, CONTEXT)).toEqual({ boards: 0, absorbed: 0 });
    }
    expect(await atAge(3)({}, CONTEXT)).toEqual({ boards: 2, absorbed: 40 });
    await standings.expectRanksOfStandings();
    // A compactor that had failed then.
    await play('bob', 20);
    expect(await atAge(15)({}, CONTEXT)).toEqual({ boards: 2, absorbed: 40 });
  });

  test('leaves a short log of a quiet board as it is', async () => {
    await play('ada', 3);
    const { handler } = compactor(standings.projector.clock + 3 * CHANGES_BUCKET_MS);
    expect(await handler({}, CONTEXT)).toEqual({ boards: 2, absorbed: 0 });
    expect(await logItems()).toBe(6);
  });

  test('a board that fails holds up no other, and the function fails at its end', async () => {
    await play('ada', 20);
    const { handler, log } = compactor(START_MS);
    log.plan = ({ input }) =>
      JSON.stringify(input).includes('GLOBAL#')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    await expect(handler({ partitions: await partitions() }, CONTEXT)).rejects.toThrow(
      '1 of 2 boards were not compacted.',
    );
    expect(await logItems()).toBe(20);
    await standings.expectRanksOfStandings();
  });

  test('a crash at any write leaves ranks that are right, and the next run ends what was begun', async () => {
    for (let crashAt = 1; crashAt <= 5; crashAt += 1) {
      for (const when of ['before', 'after'] as const) {
        await standings.reset();
        await play('ada', 6);
        const { handler, log } = compactor(START_MS);
        let writes = 0;
        log.plan = ({ name }) => {
          const isWrite = /Put|Delete|Write/.test(name);
          if (isWrite) writes += 1;
          return writes >= crashAt ? { when, error: new Error('crash') } : undefined;
        };
        await handler({ partitions: await partitions() }, CONTEXT).catch(() => undefined);
        await standings.expectRanksOfStandings();
        await standings.compact();
        await standings.compact();
        expect(await logItems()).toBe(0);
        await standings.expectRanksOfStandings();
      }
    }
  });

  test('a board with more players than the head holds has its runs in the bucket, few of them', async () => {
    for (let player = 0; player < 120; player += 1) {
      await play(`player-${String(player).padStart(3, '0')}`, 1);
      if (player % 20 === 19) await standings.compact();
    }
    await standings.expectRanksOfStandings();
    expect(standings.runs.names.length).toBeGreaterThan(0);
    const heads = (await standings.items('ranks')).filter((item) => item['entry']?.S === 'zhead');
    for (const head of heads) {
      const stacks = JSON.parse(head['windows']?.S ?? '') as [string, unknown[]][];
      expect(Math.max(...stacks.map(([, stack]) => stack.length))).toBeLessThanOrEqual(3);
      expect(JSON.stringify(head).length).toBeLessThan(10_000);
    }
  });
});

describe('weeks that ended', () => {
  async function playIn(player: string, occurred_at: string): Promise<void> {
    for (const update of await standings.ledger.add(player, { score: 5, occurred_at })) {
      await standings.projector.handle([eventRecord(update)]);
    }
    await standings.compact();
  }

  /** Weeks of the all-games board whose runs have an item of their own. */
  async function closedWeeks(): Promise<string[]> {
    const items = await standings.items('ranks');
    return items
      .filter((item) => item['board']?.S?.startsWith('GLOBAL#') && item['stack'] !== undefined)
      .map((item) => item['entry']?.S ?? '')
      .toSorted();
  }

  test('leave the head, have the same ranks years later, and take late updates', async () => {
    await playIn('ada', '2024-11-12T10:00:00Z');
    await playIn('bob', '2024-11-13T10:00:00Z');
    await playIn('ada', '2024-11-19T10:00:00Z');
    expect(await closedWeeks()).toEqual([]);
    await playIn('ada', '2026-11-10T10:00:00Z');
    await playIn('ada', '2026-11-17T10:00:00Z');
    expect(await closedWeeks()).toEqual(['weekly#2024-W46', 'weekly#2024-W47']);
    await standings.expectRanksOfStandings();
    await playIn('cyd', '2024-11-14T10:00:00Z');
    await standings.expectRanksOfStandings();
    await playIn('ada', '2026-11-18T10:00:00Z');
    await standings.expectRanksOfStandings();
    const heads = (await standings.items('ranks')).filter((item) => item['entry']?.S === 'zhead');
    const inHead = heads.map((head) =>
      (JSON.parse(head['windows']?.S ?? '') as [string, unknown][]).map(([window]) => window),
    );
    for (const windows of inHead) {
      expect(windows.toSorted()).toEqual(['all_time', 'weekly#2026-W46', 'weekly#2026-W47']);
    }
  });
});

describe('replaced runs', () => {
  test('are deleted a day after they were written, and no other', async () => {
    for (let round = 0; round < 6; round += 1) {
      for (let player = 0; player < 40; player += 1) await play(`player-${round}-${player}`, 1);
      await standings.compact();
    }
    const before = standings.runs.names.length;
    const DAY_MS = 86_400_000;
    // The store of the test writes at time 0.
    const at = (nowMs: number) => collectRuns(compactor(nowMs).dependencies);
    expect(await at(DAY_MS - 1)).toBe(0);
    const deleted = await at(DAY_MS);
    expect(deleted).toBeGreaterThan(0);
    expect(standings.runs.names.length).toBe(before - deleted);
    await standings.expectRanksOfStandings();
    expect(await at(DAY_MS)).toBe(0);
  });

  test('are looked for by one run of the schedule in a day, and whenever the function is asked to', async () => {
    await play('ada', 20);
    await standings.compact();
    for (let player = 0; player < 60; player += 1) await play(`player-${player}`, 1);
    await standings.compact();
    const DAY_MS = 86_400_000;
    const draws = Array.from({ length: 1_440 }, (_, minute) => (minute + 0.5) / 1_440);
    expect(draws.filter(isTimeToCollect)).toHaveLength(1);
    const replaced = new RunWriter({
      store: standings.runs,
      name: `${(await partitions())[0] ?? ''}/replaced`,
      smallBytes: 0,
    });
    await replaced.add({ key: 'p0', net: 1, time: 1, updates: 1, achievedAtMs: undefined });
    await replaced.finish();
    const { handler } = compactor(DAY_MS);
    await handler({ partitions: [] }, CONTEXT);
    expect(standings.runs.names).toContainEqual(expect.stringContaining('/replaced'));
    expect(await handler({ collect: true }, CONTEXT)).toEqual({ boards: 0, absorbed: 0 });
    expect(standings.runs.names).not.toContainEqual(expect.stringContaining('/replaced'));
    await standings.expectRanksOfStandings();
  });
});

describe('starting the compactor', () => {
  test('is as likely as the log item is large, and a failure is only reported', async () => {
    const sent: string[] = [];
    const failures: unknown[] = [];
    let isDown = false;
    const client = {
      send: ({ input }: { input: { Payload: string } }) => {
        if (isDown) return Promise.reject(new Error('throttled'));
        sent.push(input.Payload);
        return Promise.resolve({});
      },
    };
    const starter = new CompactionStarter({
      client: client as never,
      functionName: 'rank-compactor',
      random: () => 0.5,
      onFailure: (error) => failures.push(error),
    });
    await starter.logged([
      { partition: 'small', id: '1', bytes: 300 },
      { partition: 'large', id: '1', bytes: 30_000 },
    ]);
    await starter.logged([]);
    expect(sent).toEqual(['{"partitions":["large"]}']);
    isDown = true;
    await starter.logged([{ partition: 'large', id: '2', bytes: 30_000 }]);
    expect(failures).toEqual([new Error('throttled')]);
  });
});
