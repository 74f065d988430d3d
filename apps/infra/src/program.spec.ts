import { describe, expect, test } from '@jest/globals';

import { TYPES_WITHOUT_TAGS } from './policy/tag-rules.ts';
import { TYPES } from './graph/resource-types.ts';
import { graphOf, QUEUE_URLS, SAMPLE_TOPIC_ARN, trustConditionOf } from './testing/program.ts';

const graph = await graphOf();

test('tables and queues are protected and outlive the stack, except in dev', async () => {
  for (const [suffix, kept] of [
    ['staging', true],
    ['dev', false],
  ] as const) {
    const declared = await graphOf({}, suffix);
    const protectedTypes = new Set(
      declared.resources.filter((resource) => resource.protected).map(({ type }) => type),
    );
    expect(protectedTypes).toEqual(new Set(kept ? [TYPES.queue, TYPES.table] : []));
    for (const queue of declared.ofType(TYPES.queue)) expect(queue.protected).toBe(kept);
    const tables = declared.ofType(TYPES.table);
    expect(tables).toHaveLength(7);
    for (const table of tables) {
      expect(table.retained).toBe(kept);
      expect(table.protected).toBe(kept);
      expect(table.inputs['deletionProtectionEnabled']).toBe(kept);
    }
  }
});

test('imports existing tables when adoptTables is true', async () => {
  const adopting = await graphOf({ 'leaderboard:adoptTables': 'true' });
  expect(
    adopting
      .ofType(TYPES.table)
      .map((table) => table.adopted)
      .sort(),
  ).toEqual([
    'idempotency-keys-test',
    'leaderboard-data-test',
    'leaderboard-ranks-test',
    'leaderboard-snapshots-test',
    'processed-events-test',
    'standings-test',
    'transaction-events-test',
  ]);
  for (const table of graph.ofType(TYPES.table)) expect(table).not.toHaveProperty('adopted');
});

test('alarms notify the SNS topic of the stack, or nobody', async () => {
  const paged = await graphOf({ 'leaderboard:alarmTopicArn': SAMPLE_TOPIC_ARN });
  for (const alarm of paged.ofType(TYPES.alarm)) {
    expect(alarm.inputs).toMatchObject({
      alarmActions: [SAMPLE_TOPIC_ARN],
      okActions: [SAMPLE_TOPIC_ARN],
    });
  }
  for (const alarm of graph.ofType(TYPES.alarm)) {
    expect(alarm.inputs).toMatchObject({ alarmActions: [], okActions: [] });
  }
});

test('every event source mapping is declared as enabled, so that an update starts a stopped one', () => {
  const mappings = graph.ofType(TYPES.mapping);
  expect(mappings).toHaveLength(2);
  for (const { inputs } of mappings) expect(inputs).toMatchObject({ enabled: true });
});

describe('tags', () => {
  test('every taggable resource has Environment and Purpose', () => {
    const taggable = graph.resources.filter(
      ({ type }) => type.startsWith('aws:') && !TYPES_WITHOUT_TAGS.includes(type),
    );
    expect(taggable.length).toBeGreaterThan(10);
    for (const { name, inputs } of taggable) {
      expect({ name, tags: inputs['tags'] }).toEqual({
        name,
        tags: expect.objectContaining({
          Environment: 'test',
          Purpose: 'Gaming-Leaderboard-System',
        }),
      });
    }
  });

  test('only the ledger says which stack and which state it belongs to', async () => {
    const environment = { PULUMI_BACKEND_URL: 's3://games-state' };
    const tagged = (await graphOf({}, 'test', environment)).resources.filter(({ inputs }) =>
      Object.hasOwn((inputs['tags'] ?? {}) as object, 'Stack'),
    );
    expect(tagged.map(({ inputs }) => [inputs['name'], inputs['tags']])).toEqual([
      [
        'leaderboard-data-test',
        expect.objectContaining({ Stack: 'dev', State: 's3://games-state' }),
      ],
    ]);
  });

  test('the provider accepts only the accounts of the stack', async () => {
    const ids = { 'leaderboard:allowedAccountIds': '123456789012,210987654321' };
    const provider = (await graphOf(ids)).get('pulumi:providers:aws');
    expect(JSON.stringify(provider.inputs)).toMatch(/123456789012.*210987654321/);
    expect(graph.get('pulumi:providers:aws').inputs).not.toHaveProperty('allowedAccountIds');
  });

  test('the region is us-west-1 by default, and set on the provider', async () => {
    const type = 'pulumi:providers:aws';
    expect(graph.get(type).inputs).toMatchObject({ region: 'us-west-1' });
    const other = await graphOf({ 'aws:region': 'eu-west-1' });
    expect(other.get(type).inputs).toMatchObject({ region: 'eu-west-1' });
  });
});

test('the outputs have their names and point at the resources', () => {
  expect(graph.outputs).toMatchObject({
    main_queue_url: `${QUEUE_URLS}/leaderboard-updates-test.fifo`,
    dlq_url: `${QUEUE_URLS}/leaderboard-dlq-test.fifo`,
    dynamodb_table_name: 'leaderboard-data-test',
    processed_events_table_name: 'processed-events-test',
    lambda_function_name: 'leaderboard-processor-test',
    dlq_alarm_name: 'leaderboard-dlq-test-depth',
    leaderboard_url: 'https://leaderboard-api-url.lambda-url.us-west-1.on.aws/',
    dashboard_url: 'https://d111111abcdef8.cloudfront.net',
    standings_table_name: 'standings-test',
    ranks_table_name: 'leaderboard-ranks-test',
    rank_runs_bucket: 'rank-runs-test',
    rank_compaction_schedule_name: 'rank-compaction-test',
    snapshots_table_name: 'leaderboard-snapshots-test',
    standings_queue_url: `${QUEUE_URLS}/standings-updates-test.fifo`,
    standings_dlq_url: `${QUEUE_URLS}/standings-dlq-test.fifo`,
    snapshotter_function_name: 'standings-snapshotter-test',
    snapshotter_schedule_name: 'standings-snapshot-test',
    board_definitions: expect.stringContaining('"default_board":"GLOBAL"'),
  });
});

describe('an update replaces the consumers of a form before its producers', () => {
  const functionOf = (name: string) => `aws:lambda/function:Function::${name}-function`;

  test.each([
    ['updates-intake', 'leaderboard-processor'],
    ['leaderboard-processor', 'standings-projector'],
    ['leaderboard-processor', 'leaderboard-api'],
    ['standings-projector', 'rank-compactor'],
    ['standings-projector', 'standings-snapshotter'],
    ['standings-projector', 'leaderboard-api'],
    ['webhook-validator', 'event-router'],
    ['webhook-validator', 'event-sweep'],
  ])('%s after %s', (producer, consumer) => {
    expect(graph.get(TYPES.function, `${producer}-test`).dependsOn).toContain(functionOf(consumer));
  });

  test('the pipe after the projector', () => {
    expect(graph.get(TYPES.pipe).dependsOn).toContain(functionOf('standings-projector'));
  });
});

test('the role of a schedule is assumed for the schedule group of the stack only', () => {
  for (const role of [
    'rank-compaction-test',
    'standings-snapshot-test',
    'event-sweep-every-minute-test',
  ]) {
    expect(trustConditionOf(graph, role)).toEqual({
      StringEquals: {
        'aws:SourceAccount': '123456789012',
        'aws:SourceArn': 'arn:aws:scheduler:us-west-1:123456789012:schedule-group/leaderboard-test',
      },
    });
  }
});

test('a permissions boundary bounds every role of the stack', async () => {
  const boundary = 'arn:aws:iam::123456789012:policy/team/games-boundary';
  const bounded = await graphOf({ 'leaderboard:permissionsBoundaryArn': boundary });
  const roles = bounded.ofType(TYPES.role);
  expect(roles).toHaveLength(graph.ofType(TYPES.role).length);
  for (const { inputs } of roles) expect(inputs).toMatchObject({ permissionsBoundary: boundary });
  for (const { inputs } of graph.ofType(TYPES.role)) {
    expect(inputs).not.toHaveProperty('permissionsBoundary');
  }
});

test('scheduled work is in a schedule group of the stack', () => {
  expect(graph.get('aws:scheduler/scheduleGroup:ScheduleGroup').inputs).toMatchObject({
    name: 'leaderboard-test',
  });
  for (const schedule of graph.ofType('aws:scheduler/schedule:Schedule')) {
    expect(schedule.inputs).toMatchObject({ groupName: 'leaderboard-test' });
  }
});

test('every resource but the schedule group belongs to a component', () => {
  const roots = graph.resources.filter(
    (r) => !r.component && (r.parent?.startsWith('pulumi:pulumi:Stack') ?? true),
  );
  expect(roots.map((r) => r.type).sort()).toEqual([
    'aws:scheduler/scheduleGroup:ScheduleGroup',
    'pulumi:providers:aws',
  ]);
});
