import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { resolveStackConfig } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';
import { PROJECT_ROOT, WORKSPACE_ROOT } from '../workspace.ts';
import { estimateCost, type Load, type Prices, type StackParts } from './estimate.ts';
import measured from './measured-units.json' with { type: 'json' };
import priceList from './prices.json' with { type: 'json' };
import { perMillionUpdates, renderReport, totalOf } from './report.ts';
import { stackParts } from './stack-parts.ts';

const load: Load = {
  updatesPerDay: 1000,
  players: 100,
  months: 1,
  updatesPerBatch: 1,
  invocationMs: 100,
  games: 5,
};

const parts: StackParts = {
  alarmMetrics: 7,
  dashboards: 1,
  tablesWithBilledKey: 2,
  provisionedTables: {},
  consumers: [
    { megabytes: 512, traced: true },
    { megabytes: 256, traced: true },
  ],
  pipes: 1,
  scheduledRuns: [],
  snapshotRuns: 43_200,
  auditorRuns: 0,
  compactor: { megabytes: 1024, traced: false },
  boardWindows: { shared: 2, ofGame: 2 },
  customMetrics: 8,
  markerTtlDays: 60,
  logRetentionDays: 7,
};

const lines = (changes: Partial<Load> = {}, prices: Prices = priceList.prices) =>
  estimateCost({ ...load, ...changes }, parts, measured, prices);

const dollars = (what: RegExp, changes?: Partial<Load>) =>
  lines(changes).find((line) => what.test(line.what))?.dollars;

test('compute costs nothing while nothing arrives; monitoring and polling do', () => {
  const idle = lines({ updatesPerDay: 0, players: 0 });
  const paid = idle
    .filter((line) => line.dollars > 0)
    .map((line) => line.what.replace(/[\d,]+ /, ''));
  expect(paid).toEqual([
    "empty receives at most, by Lambda's pollers",
    'read units of schedules that look for work',
    'requests at most, by DynamoDB for its key',
    'metrics with an alarm',
    'dashboard',
  ]);
});

test('an alarm on a ratio costs two metrics', async () => {
  const config = resolveStackConfig({ stack: 'dev', stackConfig: {}, environment: {} });
  const graph = await programGraph(config);
  const alarms = graph.ofType('aws:cloudwatch/metricAlarm:MetricAlarm');
  const onTwo = alarms.filter(({ inputs }) => inputs['metricQueries'] !== undefined);
  // Errors of four intake functions and of their API, and the stalled pipe.
  expect(onTwo).toHaveLength(6);
  expect(stackParts(graph, config)).toMatchObject({ alarmMetrics: alarms.length + onTwo.length });
});

const idleOf = async (stackConfig: Record<string, string>) => {
  const config = resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });
  const idle = { ...load, updatesPerDay: 0, players: 0 };
  return estimateCost(
    idle,
    stackParts(await programGraph(config), config),
    measured,
    priceList.prices,
  );
};

test('an idle stack with minimal alarms costs less than $3 a month, one with all of them below $14', async () => {
  expect(totalOf(await idleOf({ 'leaderboard:alarms': 'minimal' }))).toBeLessThan(3);
  expect(totalOf(await idleOf({}))).toBeLessThan(14);
});

test('nothing is traced while nothing arrives: functions on schedules are not', async () => {
  const traces = (await idleOf({})).find(({ service }) => service === 'X-Ray');
  expect(traces).toMatchObject({ what: '0 traces', dollars: 0 });
});

test('of each function one invocation a second is traced, and 5 % of the others; none without tracing', () => {
  const tracesOf = (updatesPerSecond: number) =>
    lines({ updatesPerDay: updatesPerSecond * 86_400 }).find(({ service }) => service === 'X-Ray')
      ?.what;
  // Both consumers, 2,592,000 seconds.
  expect(tracesOf(0.5)).toBe('2,592,000 traces');
  expect(tracesOf(1)).toBe('5,184,000 traces');
  expect(tracesOf(101)).toBe('31,104,000 traces');
});

test('tracing off leaves no function, and no API, with traces', async () => {
  const config = resolveStackConfig({
    stack: 'dev',
    stackConfig: { 'leaderboard:tracing': 'off' },
    environment: {},
  });
  const graph = await programGraph(config);
  expect(stackParts(graph, config).consumers.map(({ traced }) => traced)).toEqual([false, false]);
  for (const { inputs } of graph.ofType('aws:lambda/function:Function')) {
    expect(inputs['tracingConfig']).toEqual({ mode: 'PassThrough' });
  }
  expect(graph.get('aws:apigateway/stage:Stage').inputs['xrayTracingEnabled']).toBe(false);
  const policies = graph.ofType('aws:iam/rolePolicy:RolePolicy');
  expect(policies.filter(({ inputs }) => String(inputs['policy']).includes('xray:'))).toEqual([]);
});

test('snapshots cost what changes: at most every board window of every game at every run', () => {
  const unitsOf = (changes: Partial<Load>) => dollars(/write units of snapshots/, changes) ?? 0;
  const each = measured.snapshotRun.writeUnits / measured.snapshotRun.boardWindows;
  // One update a day changes two boards in two windows each.
  expect(unitsOf({ updatesPerDay: 1 })).toBeCloseTo((30 * 4 * each * 0.695) / 1e6, 9);
  const all = (43_200 * 12 * each * 0.695) / 1e6;
  expect(unitsOf({ updatesPerDay: 1440 * 5 })).toBeCloseTo(all, 9);
  expect(unitsOf({ updatesPerDay: 1440 * 500 })).toBeCloseTo(all, 9);
});

test('reads of ranks from S3 are those of merges and of snapshots', () => {
  const { s3Reads, boardWindows } = measured.snapshotRun;
  const merges = 30 * measured.compactionsPerUpdate * measured.compaction.s3Reads;
  // A change is looked at by three runs.
  const snapshots = (3 * 30 * 4 * s3Reads) / boardWindows;
  expect(dollars(/reads of runs/, { updatesPerDay: 1 })).toBeCloseTo(
    ((merges + snapshots) * 0.00044) / 1000,
    12,
  );
});

test.each([10, 1])(
  'function logs cost less than $0.30 per million updates in batches of %d, at 100 a second',
  (updatesPerBatch) => {
    const monthly = lines({ updatesPerDay: 100 * 86_400, updatesPerBatch });
    const logs = monthly.filter(({ what }) => /logs/.test(what));
    const millions = (100 * 86_400 * 30) / 1e6;
    expect(totalOf(logs) / millions).toBeLessThan(0.3);
  },
);

test('keys cost something only where the stack asks for those of the account', async () => {
  const tables = async (stackConfig: Record<string, string>) => {
    const config = resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });
    return stackParts(await programGraph(config), config).tablesWithBilledKey;
  };
  expect(await tables({})).toBe(0);
  expect(await tables({ 'leaderboard:tableKey': 'aws-managed' })).toBe(7);
  const free = estimateCost(load, { ...parts, tablesWithBilledKey: 0 }, measured, priceList.prices);
  expect(free.map(({ service }) => service)).not.toContain('KMS');
});

test('the write units of an update are those that were measured', () => {
  const units = measured.perUpdate.oneAtATime.writeUnitsPerUpdate;
  expect(units).toMatchObject({ 'leaderboard-data': 2, 'processed-events': 4 });
  const all = Object.values(units).reduce((total, count) => total + count, 0);
  expect(dollars(/write units$/)).toBeCloseTo((30_000 * all * 0.695) / 1e6, 9);
});

test('the write units behind the ledger are those that the document on performance states', async () => {
  const document = await readFile(join(WORKSPACE_ROOT, 'docs/performance.md'), 'utf8');
  const { oneAtATime, burst, manyGames } = measured.perUpdate;
  for (const { writeUnitsPerUpdate } of [oneAtATime, burst, manyGames]) {
    const { standings, 'leaderboard-ranks': ranks } = writeUnitsPerUpdate;
    expect(document).toContain((standings + ranks).toFixed(2));
  }
  const { boardWindows, writeUnits } = measured.snapshotRun;
  expect(document).toContain(`${(writeUnits / boardWindows).toFixed(1)} write units`);
});

test('batches save requests and invocations', () => {
  for (const what of [/invocations by queues/, /requests: send/, /through pipes/]) {
    expect(dollars(what, { updatesPerBatch: 10 })).toBeCloseTo((dollars(what) ?? 0) / 10, 9);
  }
});

test('a schedule costs the same whether anything arrives or not', () => {
  const minutely = { ...parts, scheduledRuns: [{ runs: 43_200, megabytes: 512, traced: false }] };
  const idle = { ...load, updatesPerDay: 0, players: 0 };
  const extra =
    totalOf(estimateCost(idle, minutely, measured, priceList.prices)) -
    totalOf(estimateCost(idle, parts, measured, priceList.prices));
  expect(extra).toBeGreaterThan(0);
});

test('the auditor reads what there is, and no more than a run may', () => {
  const audited = { ...parts, auditorRuns: 43_200 };
  const readsOf = (players: number) =>
    estimateCost({ ...load, players }, audited, measured, priceList.prices).find(({ what }) =>
      what.endsWith('to compare heads with standings'),
    )?.dollars ?? 0;
  const most = (43_200 * 1_000 * 0.1395) / 1e6;
  expect(readsOf(0)).toBeLessThan(readsOf(500));
  expect(readsOf(500)).toBeLessThan(most);
  expect(readsOf(1_000_000)).toBeCloseTo(most, 9);
});

test('the ledger grows with the months, the markers only up to their TTL', () => {
  const [first = 0, second = 0, third = 0, fourth = 0] = [1, 2, 3, 4].map((months) =>
    dollars(/GB stored/, { months }),
  );
  expect(second - first).toBeGreaterThan(third - second);
  expect(fourth - third).toBeCloseTo(third - second, 9);
});

test('every price is used', () => {
  for (const name of Object.keys(priceList.prices)) {
    const capacity = { write: { min: 1, max: 1 }, read: { min: 1, max: 1 } };
    const scheduled = {
      ...parts,
      scheduledRuns: [{ runs: 1, megabytes: 128, traced: false }],
      provisionedTables: { 'leaderboard-data': capacity },
    };
    const totalAt = (prices: Prices) => totalOf(estimateCost(load, scheduled, measured, prices));
    const raised = { ...priceList.prices, [name]: { price: 1000, per: 1 } };
    expect({ name, raises: totalAt(raised) > totalAt(priceList.prices) }).toEqual({
      name,
      raises: true,
    });
  }
});

test.each([
  ['one by one, 100 a second', 100, 1, 'on_demand', 18],
  ['in batches of ten, 1,000 a second', 1000, 10, 'on_demand', 10],
  ['in batches of ten, 1,000 a second, provisioned', 1000, 10, 'provisioned', 6],
])(
  'a million updates %s cost less than the document on performance states',
  async (how, updatesPerSecond, updatesPerBatch, capacity, most) => {
    const stackConfig = { 'leaderboard:capacity': capacity };
    const config = resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });
    const stack = stackParts(await programGraph(config), config);
    const at = (updatesPerDay: number) =>
      estimateCost(
        { ...load, players: 10_000, updatesPerDay, updatesPerBatch },
        stack,
        measured,
        priceList.prices,
      );
    const updatesPerDay = updatesPerSecond * 86_400;
    const { dollars: each } = perMillionUpdates(at(0), at(updatesPerDay), 30 * updatesPerDay);
    expect(each).toBeLessThan(most);
    const document = await readFile(join(WORKSPACE_ROOT, 'docs/performance.md'), 'utf8');
    expect(document).toMatch(new RegExp(`\\| ${how} +\\| \\$${each.toFixed(2)}`));
  },
);

test('a million updates cost what the load adds to an idle stack, storage by itself', () => {
  const line = (what: string, cost: number) => ({ service: 'A', what, dollars: cost });
  const idle = [line('x', 1), line('0 GB stored', 0)];
  const loaded = [line('x', 11), line('8 GB stored', 6)];
  expect(perMillionUpdates(idle, loaded, 2e6)).toEqual({ dollars: 5, stored: 3 });
});

test('the report adds up both columns', () => {
  const report = renderReport({
    idle: [{ service: 'A', what: 'x', dollars: 1 }],
    loaded: [{ service: 'A', what: 'x', dollars: 2.5 }],
    perMillion: { dollars: 3, stored: 0.5 },
    notes: ['A note.'],
  });
  expect(report.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['Service', 'For', 'Idle', 'Loaded'],
    [expect.stringMatching(/^-+$/)],
    ['A', 'x', '$1.00', '$2.50'],
    [expect.stringMatching(/^-+$/)],
    ['Total a month', '$1.00', '$2.50'],
    ['Per million updates, above idle', 'without storage', '$3.00'],
    ['storage in the last month', '$0.50'],
    [''],
    ['A note.'],
  ]);
});

test('the command prints an estimate for the load, and where its figures come from', () => {
  const { stdout, status } = run('--updates-per-day', '2200', '--players', '10000');
  expect(status).toBe(0);
  expect(stdout).toMatch(/DynamoDB +[\d,]+ write units/);
  expect(stdout).toContain(`as of ${priceList.asOf}`);
  expect(stdout).toContain(`measured on ${measured.measuredOn} by ${measured.command}`);
});

test('rejects an invalid load', () => {
  const { stderr, status } = run('--updates-per-day', '-1');
  expect(status).toBe(1);
  expect(stderr).toContain('It must be a number above 0.');
});

function run(...args: string[]) {
  return spawnSync(process.execPath, [join(PROJECT_ROOT, 'src/commands/cost.ts'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
}

test('a stack with a provisioned capacity pays for four alarms of each of its four scaling policies', async () => {
  const partsWith = async (capacity: string) => {
    const stackConfig = { 'leaderboard:capacity': capacity };
    const config = resolveStackConfig({ stack: 'dev', stackConfig, environment: {} });
    return stackParts(await programGraph(config), config);
  };
  const onDemand = await partsWith('on_demand');
  const provisioned = await partsWith('provisioned');
  expect(onDemand.provisionedTables).toEqual({});
  expect(Object.keys(provisioned.provisionedTables).toSorted()).toEqual([
    'leaderboard-data',
    'processed-events',
  ]);
  expect(provisioned.alarmMetrics - onDemand.alarmMetrics).toBe(16);
});

test('a provisioned capacity is paid by the hour, at 70 % of what the load takes, and not per request', () => {
  const capacity = { write: { min: 29, max: 2_858 }, read: { min: 15, max: 1_429 } };
  const provisioned = { ...parts, provisionedTables: { 'leaderboard-data': capacity } };
  const at = (updatesPerSecond: number) =>
    estimateCost(
      { ...load, updatesPerDay: updatesPerSecond * 86_400 },
      provisioned,
      measured,
      priceList.prices,
    );
  const capacityLines = (updatesPerSecond: number) =>
    at(updatesPerSecond)
      .filter(({ what }) => what.includes('capacity'))
      .map(({ what, dollars: cost }) => [what, Number(cost.toFixed(2))]);
  // 2 write units for an update; 720 hours.
  expect(capacityLines(100)).toEqual([
    ['286 units of write capacity, all month', 149.29],
    ['15 units of read capacity, all month', 1.57],
  ]);
  expect(capacityLines(0)).toEqual([
    ['29 units of write capacity, all month', 15.14],
    ['15 units of read capacity, all month', 1.57],
  ]);
  expect(capacityLines(10_000)[0]).toEqual(['2,858 units of write capacity, all month', 1491.88]);
  // Those of the processed events, the standings and the ranks are left, on demand.
  const { 'leaderboard-data': ledger, ...others } =
    measured.perUpdate.oneAtATime.writeUnitsPerUpdate;
  expect(ledger).toBe(2);
  const left = Object.values(others).reduce((total, units) => total + units, 0);
  const units = Math.round(30 * 86_400 * left).toLocaleString('en-US');
  expect(at(1).map(({ what }) => what)).toContain(`${units} write units`);
});
