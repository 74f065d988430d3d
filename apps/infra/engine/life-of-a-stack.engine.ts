import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as aws from '@pulumi/aws';

import { TYPES } from '../src/graph/resource-types.ts';
import { TestStack, type Version } from './test-stack.ts';

const LEDGER = 'leaderboard-data-test';
const PROCESSOR = 'leaderboard-processor-test';

let stack: TestStack;

beforeEach(async () => {
  stack = new TestStack();
  await stack.start();
});
afterEach(() => stack.stop());

test('is created, and a second update changes nothing', async () => {
  const planned = await stack.preview();
  expect(stack.aws.held).toEqual([]);
  const { changes, outputs } = await stack.up();
  expect(changes).toEqual(planned);
  expect(stack.aws.named(TYPES.table, LEDGER).inputs).toMatchObject({ hashKey: 'player_id' });
  expect(outputs['dynamodb_table_name']?.value).toBe(LEDGER);
  const again = await stack.up();
  expect(Object.keys(again.changes)).toEqual(['same']);
});

test('a changed setting updates what it concerns, and the former setting brings it back', async () => {
  await stack.up();
  const former = stack.aws.named(TYPES.function, PROCESSOR).inputs;
  stack.aws.operations.length = 0;
  await stack.up({ settings: { processorMemoryMegabytes: '1024' } });
  expect(stack.aws.named(TYPES.function, PROCESSOR).inputs).toMatchObject({ memorySize: 1024 });
  expect(stack.aws.operations.map(({ op, type }) => `${op} ${type}`)).toEqual([
    `update ${TYPES.function}`,
  ]);
  await stack.up();
  expect(stack.aws.named(TYPES.function, PROCESSOR).inputs).toEqual(former);
});

test('what was changed in the account is put right by the next update', async () => {
  await stack.up();
  const [mapping] = stack.aws.ofType(TYPES.mapping);
  if (mapping === undefined) throw new Error('The program declares a mapping.');
  stack.aws.change(mapping, { enabled: false });
  await stack.up();
  expect(stack.aws.ofType(TYPES.mapping).map(({ inputs }) => inputs['enabled'])).not.toContain(
    false,
  );
});

test('a protected table is neither replaced nor deleted, and nothing else is touched on the way', async () => {
  await stack.up();
  stack.aws.operations.length = 0;
  const before = stack.aws.held.length;
  const ledger = stack.aws.named(TYPES.table, LEDGER);
  const withOtherKey: Version = {
    transform: ({ type, props, opts }) =>
      type === TYPES.table && props['name'] === LEDGER
        ? { props: { ...props, hashKey: 'somebody' }, opts }
        : undefined,
  };
  await expect(stack.preview(withOtherKey)).rejects.toThrow(/leaderboard-data.*protect/s);
  await expect(stack.up(withOtherKey)).rejects.toThrow(/protect/);
  expect(stack.aws.operations).toEqual([]);
  expect(stack.aws.held.length).toBe(before);

  await expect(stack.destroy()).rejects.toThrow(/protect/);
  expect(stack.aws.named(TYPES.table, LEDGER)).toBe(ledger);
});

test('an unprotected stack is destroyed, but for the role of API Gateway, which other APIs of the account use', async () => {
  await stack.up({ settings: { protectTables: 'false' } });
  expect(stack.aws.held.length).toBeGreaterThan(100);
  await stack.destroy();
  expect(stack.aws.held.map(({ logicalName }) => logicalName)).toEqual([
    'api-gateway-role',
    'api-gateway-policy',
    'api-gateway-account',
  ]);
});

test('tables that are left behind are adopted by a new stack', async () => {
  await stack.up();
  const tables = stack.aws.ofType(TYPES.table);
  await stack.loseState();
  await expect(stack.up()).rejects.toThrow(/ResourceInUseException/);
  const others = stack.aws.held.filter(({ type }) => type !== TYPES.table);
  stack.aws.forget(others);
  await stack.loseState();
  await stack.up({ settings: { adoptTables: 'true' } });
  expect(stack.aws.ofType(TYPES.table)).toEqual(tables);
  expect(Object.keys((await stack.up()).changes)).toEqual(['same']);
});

test('what is removed from the REST API is in no deployment after the two updates of infra:up', async () => {
  const deployment = 'aws:apigateway/deployment:Deployment';
  const response = 'aws:apigateway/response:Response';
  const withMore = {
    extra: () => {
      new aws.apigateway.Response('removed-later', {
        restApiId: 'any',
        responseType: 'THROTTLED',
      });
    },
  };
  await stack.up(withMore);
  stack.aws.operations.length = 0;
  await stack.up({ environment: { INFRA_INTERIM_API_DEPLOYMENT: 'true' } });
  await stack.up();
  const done = stack.aws.operations
    .filter(({ type }) => type === deployment || type === response)
    .map(({ op, type }) => `${op} ${type === response ? 'response' : 'deployment'}`);
  expect(done).toContain('delete response');
  expect(done.lastIndexOf('create deployment')).toBeGreaterThan(done.indexOf('delete response'));
  const stages = stack.aws.ofType('aws:apigateway/stage:Stage');
  expect(stages.map(({ inputs }) => inputs['deployment'])).toEqual(
    stack.aws.ofType(deployment).map(({ id }) => id),
  );
});
