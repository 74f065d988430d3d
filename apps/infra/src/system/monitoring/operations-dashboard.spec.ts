import { PROCESSOR_METRICS } from '@leaderboard/contracts/metrics';
import { expect, test } from '@jest/globals';

import { TYPES } from '../../graph/resource-types.ts';
import { graphOf, jsonOf } from '../../testing/program.ts';
import {
  DASHBOARD_COLUMNS,
  placeRows,
  type PlacedWidget,
} from '../../components/dashboard/widgets.ts';

const graph = await graphOf({}, 'dev');
const dashboard = graph.get(TYPES.dashboard, 'leaderboard-dashboard');
const { widgets } = jsonOf(dashboard, 'dashboardBody') as { widgets: PlacedWidget[] };

test('the dashboard has the name of the stack and the region of its metrics', () => {
  expect(dashboard.inputs['dashboardName']).toBe('leaderboard-dev');
  for (const { type, properties } of widgets) {
    if (type === 'metric') expect(properties['region']).toBe('us-west-1');
  }
});

test('a stage shows arrivals, age, in flight, dead letters, errors, throttles, duration and writes', () => {
  expect(metrics().map((metric) => metric.slice(0, 4).join(' '))).toEqual(
    expect.arrayContaining([
      'AWS/SQS NumberOfMessagesSent QueueName leaderboard-updates-dev.fifo',
      'AWS/SQS ApproximateAgeOfOldestMessage QueueName leaderboard-updates-dev.fifo',
      'AWS/SQS ApproximateNumberOfMessagesNotVisible QueueName leaderboard-updates-dev.fifo',
      'AWS/SQS ApproximateNumberOfMessagesVisible QueueName leaderboard-dlq-dev.fifo',
      'AWS/Lambda Errors FunctionName leaderboard-processor-dev',
      'AWS/Lambda Throttles FunctionName leaderboard-processor-dev',
      'AWS/Lambda Duration FunctionName leaderboard-processor-dev',
      'AWS/DynamoDB ConsumedWriteCapacityUnits TableName leaderboard-data-dev',
      `Leaderboard/dev ${PROCESSOR_METRICS.updateSuccess} service leaderboard-processor`,
    ]),
  );
});

test.each([
  [TYPES.function, 'FunctionName'],
  [TYPES.table, 'TableName'],
])('every %s of the program is on the dashboard', (type, dimension) => {
  const shown = metrics().flatMap(([, , key, value]) => (key === dimension ? [value] : []));
  for (const { inputs } of graph.ofType(type)) expect(shown).toContain(inputs['name']);
});

test('every queue that a function consumes is on the dashboard', () => {
  const shown = metrics().flatMap(([, , key, value]) => (key === 'QueueName' ? [value] : []));
  for (const { inputs } of graph.ofType(TYPES.mapping)) {
    expect(shown).toContain(String(inputs['eventSourceArn']).split(':').at(-1));
  }
});

test('dashboard and alarms read the metrics that the functions emit', () => {
  const emitted = graph.ofType(TYPES.function).map(({ inputs }) => {
    const { variables } = inputs['environment'] as { variables: Record<string, string> };
    return `${variables['POWERTOOLS_METRICS_NAMESPACE']} service ${variables['POWERTOOLS_SERVICE_NAME']}`;
  });
  const onDashboard = metrics()
    .filter(([namespace]) => !String(namespace).startsWith('AWS/'))
    .map(([namespace, , key, value]) => [namespace, key, value].join(' '));
  const inAlarms = graph
    .ofType(TYPES.alarm)
    .filter(({ inputs }) => /^(?!AWS\/)./.test(String(inputs['namespace'] ?? '')))
    .map(({ inputs }) =>
      [inputs['namespace'], ...Object.entries(inputs['dimensions'] ?? {}).flat()].join(' '),
    );
  expect(onDashboard.length).toBeGreaterThan(0);
  expect(inAlarms.length).toBeGreaterThan(0);
  for (const read of [...onDashboard, ...inAlarms]) expect(emitted).toContain(read);
});

test('no widget covers another or leaves the dashboard', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) => {
    expect(x + width).toBeLessThanOrEqual(DASHBOARD_COLUMNS);
    return Array.from({ length: width * height }, (_, i) =>
      [x + (i % width), y + Math.floor(i / width)].join(),
    );
  });
  expect(new Set(cells).size).toBe(cells.length);
});

test('every graph shows something', () => {
  const empty = widgets.filter(({ properties }) => {
    const shown = properties['metrics'] as unknown[] | undefined;
    return shown?.length === 0;
  });
  expect(empty.map(({ properties }) => properties['title'])).toEqual([]);
});

test('a row shares its width between its graphs', () => {
  const graphs = ['a', 'b', 'c'].map((title) => ({ title, series: [] }));
  const placed = placeRows([{ title: 'Row', graphs }], 'us-west-1', 300);
  expect(placed.map(({ x, y, width }) => [x, y, width])).toEqual([
    [0, 0, 24],
    [0, 1, 8],
    [8, 1, 8],
    [16, 1, 8],
  ]);
});

/** All lines of all graphs: `[namespace, metric, dimension, value, …]`. */
function metrics(): unknown[][] {
  return widgets.flatMap(({ properties }) => (properties['metrics'] ?? []) as unknown[][]);
}
