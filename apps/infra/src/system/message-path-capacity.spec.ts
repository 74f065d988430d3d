import { expect, test } from '@jest/globals';

import { resolveStackConfig } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';

const graphOf = (stackConfig: Record<string, string>) =>
  programGraph(resolveStackConfig({ stack: 'dev', stackConfig, environment: {} }));

test('by default every table is billed per request', async () => {
  const graph = await graphOf({});
  const modes = graph.ofType('aws:dynamodb/table:Table').map(({ inputs }) => inputs['billingMode']);
  expect(new Set(modes)).toEqual(new Set(['PAY_PER_REQUEST']));
  expect(graph.ofType('aws:appautoscaling/target:Target')).toEqual([]);
});

test('with provisioned capacity, the tables of the message path scale with the updates a second', async () => {
  const graph = await graphOf({
    'leaderboard:capacity': 'provisioned',
    'leaderboard:capacityMinUpdatesPerSecond': '7',
    'leaderboard:capacityMaxUpdatesPerSecond': '700',
  });
  const tables = graph
    .ofType('aws:dynamodb/table:Table')
    .filter(({ inputs }) => inputs['billingMode'] === 'PROVISIONED')
    .map(({ inputs }) => [inputs['name'], inputs['writeCapacity'], inputs['readCapacity']]);
  // 2 and 4 write units for an update, at 70 %.
  expect(tables.toSorted()).toEqual([
    ['leaderboard-data-dev', 20, 10],
    ['processed-events-dev', 40, 10],
  ]);
  const targets = graph
    .ofType('aws:appautoscaling/target:Target')
    .map(({ inputs }) => [
      inputs['resourceId'],
      inputs['scalableDimension'],
      inputs['minCapacity'],
      inputs['maxCapacity'],
    ]);
  expect(targets.toSorted()).toEqual([
    ['table/leaderboard-data-dev', 'dynamodb:table:ReadCapacityUnits', 10, 1_000],
    ['table/leaderboard-data-dev', 'dynamodb:table:WriteCapacityUnits', 20, 2_000],
    ['table/processed-events-dev', 'dynamodb:table:ReadCapacityUnits', 10, 1_000],
    ['table/processed-events-dev', 'dynamodb:table:WriteCapacityUnits', 40, 4_000],
  ]);
  const policies = graph.ofType('aws:appautoscaling/policy:Policy');
  expect(policies.map(({ inputs }) => inputs['name']).toSorted()).toEqual([
    'leaderboard-data-dev-read',
    'leaderboard-data-dev-write',
    'processed-events-dev-read',
    'processed-events-dev-write',
  ]);
});
