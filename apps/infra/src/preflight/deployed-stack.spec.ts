import { expect, test } from '@jest/globals';

import { changeOfNames } from './deployed-names.ts';
import { deployedStack } from './deployed-stack.ts';
import { refusalAfterInterruption } from './interrupted-run.ts';
import { exportedState } from '../testing/exported-state.ts';

const NOTHING = '{"version":3,"deployment":{"manifest":{}}}';

test('reads suffix, region, account, tables and queues from the state', () => {
  const stack = deployedStack(exportedState({ suffix: 'staging', isProtected: true }));
  expect(stack).toEqual({
    suffixes: new Map([['staging', 2]]),
    region: 'us-west-1',
    accountId: '123456789012',
    tables: new Set(['leaderboard-data-staging']),
    queues: [
      {
        name: 'leaderboard-updates-staging.fifo',
        url: 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-updates-staging.fifo',
        isProtected: true,
      },
    ],
    hasLogRole: false,
    interrupted: [],
  });
});

test('says whether the stack has set the role with which API Gateway logs', () => {
  const account = { urn: 'urn:an-account', type: 'aws:apigateway/account:Account' };
  const state = JSON.stringify({ version: 3, deployment: { resources: [account] } });
  expect(deployedStack(state)).toMatchObject({ hasLogRole: true });
});

test('names what an interrupted run was creating', () => {
  const { interrupted } = deployedStack(exportedState({ creating: ['leaderboard-data-dev'] }));
  expect(interrupted).toEqual([{ type: 'aws:dynamodb/table:Table', name: 'leaderboard-data-dev' }]);
  expect(refusalAfterInterruption('dev', interrupted)).toMatch(
    /was interrupted[^]*\n {2}- aws:dynamodb\/table:Table leaderboard-data-dev\n[^]*infra:refresh --stack dev --yes --clear-pending-creates/,
  );
  expect(refusalAfterInterruption('dev', [])).toBeUndefined();
});

test('a stack without resources has no names and no account', () => {
  expect(deployedStack(NOTHING)).toMatchObject({
    suffixes: new Map(),
    region: undefined,
    accountId: undefined,
  });
});

const dev = { stack: 'dev', environmentSuffix: 'dev', region: 'us-west-1' };
const keep = { changeSuffix: false };
const deployed = deployedStack(exportedState());

test('the same suffix and region change no name, and neither does a first deployment', () => {
  expect(changeOfNames(dev, deployed, keep)).toBeUndefined();
  const alice = { ...dev, environmentSuffix: 'alice', region: 'eu-west-1' };
  expect(changeOfNames(alice, deployedStack(NOTHING), keep)).toBeUndefined();
});

test('another suffix is refused with what it would do, unless the change is wanted', () => {
  const alice = { ...dev, environmentSuffix: 'alice' };
  expect(changeOfNames(alice, deployed, keep)).toMatch(
    /^Stack dev has deployed resources, 2 with the suffix "dev", but its suffix is now "alice".*--change-suffix$/,
  );
  expect(changeOfNames(alice, deployed, { changeSuffix: true })).toBeUndefined();
});

test('a change of the suffix that was interrupted needs the option again', () => {
  const both = { ...deployed, suffixes: new Map([...deployed.suffixes, ['alice', 7]]) };
  const alice = { ...dev, environmentSuffix: 'alice' };
  expect(changeOfNames(alice, both, keep)).toContain('2 with the suffix "dev"');
});

test('another region is refused', () => {
  expect(changeOfNames({ ...dev, region: 'eu-west-1' }, deployed, keep)).toContain(
    'Set aws:region to us-west-1 in apps/infra/Pulumi.dev.yaml',
  );
});
