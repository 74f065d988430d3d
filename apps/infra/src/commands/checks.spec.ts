import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { POLICY_PACK_FOLDER } from './pulumi-invocation.ts';
import { SETTINGS } from '../config/settings.ts';
import { ownerTags } from '../system/stack-tags.ts';
import { exportedState } from '../testing/exported-state.ts';
import { type InfraCommandRunner, infraCommandRunner } from '../testing/infra-command.ts';
import { SAMPLE_SECRET_ARN, SAMPLE_TOPIC_ARN } from '../testing/program.ts';

/** The rules that preview and up check. */
const CHECKED = ` --refresh --policy-pack ${POLICY_PACK_FOLDER}`;
const DEPLOYED = { STATE: exportedState({ suffix: 'dev' }) };

let runner: InfraCommandRunner;
const infra: InfraCommandRunner['run'] = (...args) => runner.run(...args);

beforeEach(async () => {
  runner = await infraCommandRunner();
});

afterEach(async () => {
  await runner[Symbol.asyncDispose]();
});

test('up stops before Pulumi when the concurrency quota is too low, and names the settings that help', async () => {
  runner.account.state.quota = 10;
  const { code, stderr, calls } = await infra(['up', '--stack', 'dev', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain('leaderboard:processorReservedConcurrency: none');
  expect(calls.join()).not.toContain('up --stack');
});

test('up stops before Pulumi when another stack has set the role with which API Gateway logs', async () => {
  runner.account.state.logRoleArn = 'arn:aws:iam::123456789012:role/api-gateway-logs-staging';
  const { code, stderr, calls } = await infra(['up', '--stack', 'dev', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain('role/api-gateway-logs-staging');
  expect(calls.join()).not.toContain('up --stack');
});

test("the preflight uses the stack's configuration, and stops when it is invalid", async () => {
  runner.account.state.quota = 10;
  const none = Object.fromEntries(
    Object.keys(SETTINGS)
      .filter((key) => key.endsWith('ReservedConcurrency'))
      .map((key) => [`leaderboard:${key}`, { value: 'none', secret: false }]),
  );
  expect((await infra(['up'], { STACK_CONFIG: JSON.stringify(none) })).code).toBe(0);

  const wrong = { 'leaderboard:maxReceiveCount': { value: '0', secret: false } };
  const refused = await infra(['up'], { STACK_CONFIG: JSON.stringify(wrong) });
  expect(refused.stderr).toContain(
    'leaderboard:maxReceiveCount is "0"; allowed: 1 to 1000 receives',
  );
  expect(refused.calls.join()).not.toContain('up --stack');
});

test.each(['preview', 'up'])('%s refuses another suffix than the deployed one', async (command) => {
  const other = { STATE: exportedState({ suffix: 'dev' }), ENVIRONMENT_SUFFIX: 'alice' };
  const refused = await infra([command], other);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('its suffix is now "alice"');
  expect(refused.calls.join()).not.toContain(`${command} --stack`);

  const wanted = await infra([command, '--change-suffix'], other);
  expect(wanted.code).toBe(0);
  expect(wanted.stdout).toBe(`pulumi says: ${command} --stack dev${CHECKED}\n`);
});

test('--no-preflight reads nothing from the account', async () => {
  const skipped = await infra(['up', '--no-preflight'], DEPLOYED);
  expect(skipped.stderr).toBe('Preflight skipped: --no-preflight.\n');
  expect(skipped.stdout).toBe(`pulumi says: up --stack dev${CHECKED}\n`);
  expect(runner.account.calls).toEqual([]);
});

test.each([
  ['preview', 'preview'],
  ['up', 'up'],
  ['destroy', 'destroy'],
  ['refresh', 'refresh'],
  ['drift', 'refresh --preview-only'],
])(
  '%s stops before Pulumi when the credentials belong to another account',
  async (command, pulumiCommand) => {
    runner.account.state.accountId = '210987654321';
    const { code, stderr, calls } = await infra([command], DEPLOYED);
    expect(code).toBe(1);
    expect(stderr).toContain('is deployed in account 123456789012, but the credentials belong to');
    expect(calls.join()).not.toContain(`${pulumiCommand} --`);
  },
);

test('a second clone does not deploy over the stack of the first one', async () => {
  const first = 'file:///home/ann/leaderboard/apps/infra';
  runner.account.state.ledgerTags = ownerTags('dev', first);
  const second = await infra(['up']);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`It belongs to stack dev, whose state is in ${first}`);
  expect(second.calls.join()).not.toContain('up --stack');

  expect((await infra(['up'], DEPLOYED)).code).toBe(0);
});

test('a stack that may only be deployed to another account is not', async () => {
  const other = { 'leaderboard:allowedAccountIds': { value: '210987654321', secret: false } };
  const { code, stderr } = await infra(['up'], { STACK_CONFIG: JSON.stringify(other) });
  expect(code).toBe(1);
  expect(stderr).toContain('leaderboard:allowedAccountIds of stack dev is 210987654321');
});

test.each(['up', 'destroy'])(
  '%s stops after an interrupted run, which refresh does not',
  async (command) => {
    const interrupted = { STATE: exportedState({ creating: ['standings-dev'] }) };
    const { code, stderr, calls } = await infra([command], interrupted);
    expect(code).toBe(1);
    expect(stderr).toContain('aws:dynamodb/table:Table standings-dev');
    expect(calls.join()).not.toContain(`${command} --stack`);
    expect((await infra(['refresh', '--clear-pending-creates'], interrupted)).code).toBe(0);
  },
);

test('an account that cannot be read is reported and does not stop the command', async () => {
  const { code, stderr } = await infra(['refresh'], {
    ...DEPLOYED,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  });
  expect(code).toBe(0);
  expect(stderr).toContain('was not checked');
});

test('a suffix that means production refuses a state in files, whatever the name of the stack', async () => {
  const live = {
    'leaderboard:environmentSuffix': { value: 'prod', secret: false },
    'leaderboard:webhookSecretArn': { value: SAMPLE_SECRET_ARN, secret: false },
    'leaderboard:alarmTopicArn': { value: SAMPLE_TOPIC_ARN, secret: false },
  };
  const { code, stderr } = await infra(['up'], { STACK_CONFIG: JSON.stringify(live) });
  expect(code).toBe(1);
  expect(stderr).toContain('No shared state for prod');
});

test('destroy counts the messages in the queues, and --yes does not discard them', async () => {
  runner.account.state.messages = 7;
  const yes = ['destroy', '--stack', 'dev', '--yes'];
  const refused = await infra(yes, DEPLOYED);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('7 messages would be destroyed with their queues');
  expect(refused.calls.join()).not.toContain('destroy --stack');

  const discarding = await infra([...yes, '--discard-messages'], DEPLOYED);
  expect(discarding.stdout).toBe('pulumi says: destroy --stack dev --exclude-protected --yes\n');
  const kept = { STATE: exportedState({ isProtected: true }) };
  expect((await infra(yes, kept)).code).toBe(0);
});
