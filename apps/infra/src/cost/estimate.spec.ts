import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { resolveStackConfig } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';
import { PROJECT_ROOT } from '../workspace.ts';
import { estimateCost, type Load, type Prices, type StackParts } from './estimate.ts';
import measured from './measured-units.json' with { type: 'json' };
import priceList from './prices.json' with { type: 'json' };
import { renderReport, totalOf } from './report.ts';
import { stackParts } from './stack-parts.ts';

const load: Load = {
  updatesPerDay: 1000,
  players: 100,
  months: 1,
  updatesPerBatch: 1,
  invocationMs: 100,
};

const parts: StackParts = {
  alarmMetrics: 7,
  dashboards: 1,
  tablesWithBilledKey: 2,
  provisionedTables: {},
  consumerMegabytes: [512, 256],
  pipes: 1,
  scheduledRuns: [],
  compactorMegabytes: 1024,
  customMetrics: 8,
  scheduledMetrics: 3,
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
    'requests at most, by DynamoDB for its key',
    'metrics with an alarm',
    'dashboard',
    'metrics at most',
  ]);
});

test('an alarm on a ratio costs two metrics, and schedules emit metrics while nothing arrives', async () => {
  const config = resolveStackConfig({ stack: 'dev', stackConfig: {}, environment: {} });
  const graph = await programGraph(config);
  const alarms = graph.ofType('aws:cloudwatch/metricAlarm:MetricAlarm');
  const onTwo = alarms.filter(({ inputs }) => inputs['metricQueries'] !== undefined);
  // Errors of four intake functions and of their API, and the stalled pipe.
  expect(onTwo).toHaveLength(6);
  expect(stackParts(graph, config)).toMatchObject({
    alarmMetrics: alarms.length + onTwo.length,
    scheduledMetrics: 5,
  });
});

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
  expect(dollars(/write units/)).toBeCloseTo((30_000 * all * 0.695) / 1e6, 9);
});

test('batches save requests and invocations', () => {
  for (const what of [/invocations by queues/, /requests: send/, /through pipes/]) {
    expect(dollars(what, { updatesPerBatch: 10 })).toBeCloseTo((dollars(what) ?? 0) / 10, 9);
  }
});

test('a schedule costs the same whether anything arrives or not', () => {
  const minutely = { ...parts, scheduledRuns: [{ runs: 43_200, megabytes: 512 }] };
  const idle = { ...load, updatesPerDay: 0, players: 0 };
  const extra =
    totalOf(estimateCost(idle, minutely, measured, priceList.prices)) -
    totalOf(estimateCost(idle, parts, measured, priceList.prices));
  expect(extra).toBeGreaterThan(0);
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
      scheduledRuns: [{ runs: 1, megabytes: 128 }],
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

test('the report adds up both columns', () => {
  const report = renderReport({
    idle: [{ service: 'A', what: 'x', dollars: 1 }],
    loaded: [{ service: 'A', what: 'x', dollars: 2.5 }],
    notes: ['A note.'],
  });
  expect(report.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['Service', 'For', 'Idle', 'Loaded'],
    [expect.stringMatching(/^-+$/)],
    ['A', 'x', '$1.00', '$2.50'],
    [expect.stringMatching(/^-+$/)],
    ['Total a month', '$1.00', '$2.50'],
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
  // 4 units of the processed events and 8.587 of the standings and ranks are left.
  expect(at(1).find(({ what }) => what.includes('write units'))?.what).toBe(
    '32,625,504 write units',
  );
});
