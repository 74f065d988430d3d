import {
  API_METRICS,
  INTAKE_METRICS,
  PROCESSOR_METRICS,
  STANDINGS_METRICS,
} from '@leaderboard/contracts/metrics';
import { expect, test } from '@jest/globals';

import type { DeclaredResource } from '../../graph/resource-graph.ts';
import { TYPES } from '../../graph/resource-types.ts';
import { graphOf, SAMPLE_TOPIC_ARN } from '../../testing/program.ts';

/** What the services publish, by namespace and dimensions, as the pages on their CloudWatch metrics list it. */
const PUBLISHED: Readonly<Record<string, readonly string[]>> = {
  'AWS/SQS QueueName': [
    'ApproximateAgeOfOldestMessage',
    'ApproximateNumberOfMessagesVisible',
    'NumberOfMessagesSent',
  ],
  'AWS/Lambda FunctionName': [
    'AsyncEventsDropped',
    'Errors',
    'Invocations',
    'Throttles',
    'Url5xxCount',
    'UrlRequestLatency',
  ],
  'AWS/DynamoDB TableName': [
    'ConsumedWriteCapacityUnits',
    'ReadThrottleEvents',
    'WriteThrottleEvents',
  ],
  'AWS/ApiGateway ApiName,Stage': ['5XXError', 'Count', 'Latency'],
  'AWS/EventBridge/Pipes PipeName': [
    'ExecutionFailed',
    'ExecutionPartiallyFailed',
    'ExecutionThrottled',
    'ExecutionTimeout',
  ],
  'Leaderboard/test service': [
    PROCESSOR_METRICS,
    STANDINGS_METRICS,
    API_METRICS,
    INTAKE_METRICS,
  ].flatMap((metrics) => Object.values(metrics)),
};

interface WatchedMetric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, string>;
}

const graph = await graphOf();
const alarms = graph.ofType(TYPES.alarm);
const nameOf = ({ inputs }: DeclaredResource) => String(inputs['name']);
const minimal = (await graphOf({ 'leaderboard:alarms': 'minimal' })).ofType(TYPES.alarm);

test('every alarm watches a metric that its service publishes, of a resource of the stack', () => {
  const names = new Set(graph.resources.map(({ inputs }) => String(inputs['name'])));
  for (const alarm of alarms) {
    const name = nameOf(alarm);
    for (const { namespace, metricName, dimensions } of metricsOf(alarm)) {
      const published = PUBLISHED[`${namespace} ${Object.keys(dimensions).toSorted().join(',')}`];
      expect({ name, published: published?.includes(metricName) }).toEqual({
        name,
        published: true,
      });
      const [owner = ''] = ['FunctionName', 'QueueName', 'TableName', 'PipeName', 'ApiName']
        .map((dimension) => dimensions[dimension])
        .filter((value) => value !== undefined);
      if (owner !== '') expect({ name, owner: names.has(owner) }).toEqual({ name, owner: true });
    }
  }
});

test('a stack has all alarms, a minimal one those that page and the depths of its dead-letter queues', () => {
  expect(alarms).toHaveLength(84);
  const depths = alarms.map(nameOf).filter((name) => /^\S+-depth$/.test(name));
  expect(depths).toHaveLength(graph.ofType(TYPES.queue).length - 5);
  expect(minimal.map(nameOf).toSorted()).toEqual(
    [
      ...depths,
      'leaderboard-updates-test-age',
      'standings-updates-test-age',
      'ledger-to-standings-test-stalled',
      'standings-auditor-test-holes',
      'event-sweep-test-oldest-unrouted',
      'event-sweep-test-heartbeat',
      'rank-compactor-test-heartbeat',
      'leaderboard-api-test-url-errors',
      'leaderboard-intake-test-5xx',
    ].toSorted(),
  );
  const paging = alarms.filter(({ inputs }) =>
    String(inputs['alarmDescription']).startsWith('Page: '),
  );
  expect(minimal.map(nameOf)).toEqual(expect.arrayContaining(paging.map(nameOf)));
});

test('a minimal stack has no dashboard either', async () => {
  const { resources } = await graphOf({ 'leaderboard:alarms': 'minimal' });
  expect(resources.filter(({ type }) => type === TYPES.dashboard)).toEqual([]);
  expect(graph.ofType(TYPES.dashboard)).toHaveLength(1);
});

test('tickets go to their own topic, if there is one', async () => {
  const tickets = 'arn:aws:sns:us-west-1:123456789012:tickets';
  const split = await graphOf({
    'leaderboard:alarmTopicArn': SAMPLE_TOPIC_ARN,
    'leaderboard:ticketTopicArn': tickets,
  });
  for (const { inputs } of split.ofType(TYPES.alarm)) {
    const topic = /^(Page|Ticket): /.exec(String(inputs['alarmDescription']))?.[1];
    expect(inputs).toMatchObject({
      alarmActions: [topic === 'Page' ? SAMPLE_TOPIC_ARN : tickets],
      okActions: [topic === 'Page' ? SAMPLE_TOPIC_ARN : tickets],
    });
  }
});

test('every function on a schedule has a heartbeat, the only alarms to which silence is a fault', () => {
  const scheduled = graph.ofType(TYPES.schedule).map(({ inputs }) =>
    String((inputs['target'] as { arn: string }).arn)
      .split(':')
      .at(-1),
  );
  const toSilence = alarms.filter(({ inputs }) => inputs['treatMissingData'] !== 'notBreaching');
  expect(toSilence.map(({ inputs }) => inputs['dimensions'])).toEqual(
    scheduled.map((FunctionName) => ({ FunctionName })),
  );
  for (const { inputs } of toSilence) {
    expect(inputs).toMatchObject({
      metricName: 'Invocations',
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      period: 300,
      evaluationPeriods: 2,
      treatMissingData: 'breaching',
    });
  }
});

test('the period of a heartbeat has at least one run', async () => {
  const hourly = await graphOf({ 'leaderboard:snapshotEveryMinutes': '60' });
  const periodOf = (name: string) => hourly.get(TYPES.alarm, name).inputs['period'];
  expect(periodOf('standings-snapshotter-test-heartbeat')).toBe(3600);
  expect(periodOf('rank-compactor-test-heartbeat')).toBe(300);
});

test('the latency of an API is that of its slowest 1 %, of which a few requests say nothing', () => {
  for (const [name, threshold] of [
    ['leaderboard-api-test-url-latency', 1000],
    ['leaderboard-intake-test-latency', 3000],
  ] as const) {
    const { inputs } = graph.get(TYPES.alarm, name);
    expect(inputs).toMatchObject({
      extendedStatistic: 'p99',
      evaluateLowSampleCountPercentiles: 'ignore',
      threshold,
    });
    expect(inputs).not.toHaveProperty('statistic');
  }
});

test('a function that is invoked asynchronously has an alarm on dropped events', () => {
  const dropped = alarms.filter(({ inputs }) => inputs['metricName'] === 'AsyncEventsDropped');
  const watched = dropped.map(({ inputs }) => inputs['dimensions']);
  const invoked = graph.ofType(TYPES.invokeConfig).map(({ inputs }) => inputs['functionName']);
  expect(watched).toHaveLength(5);
  expect(watched).toEqual(
    expect.arrayContaining(invoked.map((FunctionName) => ({ FunctionName }))),
  );
});

test('a budget is that of the account, and declared only where it is set', async () => {
  const type = 'aws:budgets/budget:Budget';
  expect(graph.resources.map((resource) => resource.type)).not.toContain(type);
  const budgeted = await graphOf({
    'leaderboard:monthlyBudgetDollars': '250',
    'leaderboard:budgetEmail': 'games@example.com',
  });
  const notification = {
    comparisonOperator: 'GREATER_THAN',
    thresholdType: 'PERCENTAGE',
    subscriberEmailAddresses: ['games@example.com'],
  };
  expect(budgeted.get(type).inputs).toMatchObject({
    name: 'leaderboard-test',
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitAmount: '250',
    limitUnit: 'USD',
    notifications: [
      { ...notification, notificationType: 'ACTUAL', threshold: 80 },
      { ...notification, notificationType: 'FORECASTED', threshold: 100 },
    ],
  });
  expect(budgeted.get(type).inputs).not.toHaveProperty('costFilters');
});

/** The metric of a plain alarm, or all those of an expression. */
function metricsOf({ inputs }: DeclaredResource): WatchedMetric[] {
  const queries = inputs['metricQueries'] as { metric?: WatchedMetric }[] | undefined;
  return queries === undefined
    ? [inputs as unknown as WatchedMetric]
    : queries.flatMap(({ metric }) => metric ?? []);
}
