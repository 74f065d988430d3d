import { describe, expect, test } from '@jest/globals';

import { deployedStack } from './deployed-stack.ts';
import { refusalOfAccount, type TargetStack } from './stack-owner.ts';
import { ownerTags } from '../system/stack-tags.ts';
import { exportedState } from '../testing/exported-state.ts';

const ACCOUNT = '123456789012';
const OTHER_ACCOUNT = '210987654321';
const dev: TargetStack = {
  stack: 'dev',
  stateLocation: 'file:///home/ann/leaderboard/apps/infra',
  ledger: 'leaderboard-data-dev',
  allowedAccountIds: [],
  adoptTables: false,
};
const nothing = deployedStack('{"version":3,"deployment":{"manifest":{}}}');
const deployed = deployedStack(exportedState({ accountId: ACCOUNT }));
const empty = { accountId: ACCOUNT, ledgerTags: undefined };
const withLedger = (tags: Record<string, string>) => ({ accountId: ACCOUNT, ledgerTags: tags });

test('passes a first deployment to an empty account, and the next one', () => {
  expect(refusalOfAccount(dev, nothing, empty)).toBeUndefined();
  expect(refusalOfAccount(dev, deployed, withLedger({ Stack: 'dev' }))).toBeUndefined();
});

test('refuses credentials of another account than the deployed one', () => {
  expect(refusalOfAccount(dev, deployed, { ...empty, accountId: OTHER_ACCOUNT })).toBe(
    'Stack dev is deployed in account 123456789012, but the credentials belong to account 210987654321. ' +
      'Nothing was changed. Use credentials of account 123456789012 (AWS_PROFILE).',
  );
});

test('refuses an account that the stack does not allow, before anything is deployed', () => {
  const only = { ...dev, allowedAccountIds: [OTHER_ACCOUNT] };
  expect(refusalOfAccount(only, nothing, empty)).toContain(
    'account 123456789012, but leaderboard:allowedAccountIds of stack dev is 210987654321',
  );
  expect(refusalOfAccount(only, nothing, { ...empty, accountId: OTHER_ACCOUNT })).toBeUndefined();
});

test('passes where the account does not say which it is: the provider compares it again', () => {
  const unknown = { accountId: undefined, ledgerTags: undefined };
  const only = { ...dev, allowedAccountIds: [OTHER_ACCOUNT] };
  expect(refusalOfAccount(only, deployed, unknown)).toBeUndefined();
});

describe('a ledger that is in the account but not in the state', () => {
  const ofBen = withLedger(ownerTags('dev', 'file:///home/ben/leaderboard/apps/infra'));

  test('of another clone is refused with the stack and the state that it belongs to', () => {
    expect(refusalOfAccount(dev, nothing, ofBen)).toMatch(
      /^The table leaderboard-data-dev is in account 123456789012, but not in the state of stack dev in file:\/\/\/home\/ann.* It belongs to stack dev, whose state is in file:\/\/\/home\/ben/,
    );
  });

  test('without tags is refused too', () => {
    expect(refusalOfAccount(dev, nothing, withLedger({}))).toContain('Its tags name no stack');
  });

  test('is taken over where the stack says so', () => {
    expect(refusalOfAccount({ ...dev, adoptTables: true }, nothing, ofBen)).toBeUndefined();
  });
});
