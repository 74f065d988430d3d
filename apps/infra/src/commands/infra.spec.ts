import { dirname } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { LOCAL_BACKEND_URL, POLICY_PACK_FOLDER } from './pulumi-invocation.ts';
import { type InfraCommandRunner, infraCommandRunner } from '../testing/infra-command.ts';

/** The rules that preview and up check. */
const CHECKED = ` --refresh --policy-pack ${POLICY_PACK_FOLDER}`;
/** Production stacks need a shared state and a passphrase. */
const PRODUCTION = { PULUMI_CONFIG_PASSPHRASE: 'own', PULUMI_BACKEND_URL: 's3://state' };

let runner: InfraCommandRunner;
const infra: InfraCommandRunner['run'] = (...args) => runner.run(...args);

beforeEach(async () => {
  runner = await infraCommandRunner();
});

afterEach(async () => {
  await runner[Symbol.asyncDispose]();
});

test('up selects or creates the stack in the local backend, then passes the output of Pulumi through', async () => {
  const { code, stdout, calls } = await infra(['up', '--stack', 'dev', '--yes', '--diff']);

  expect(code).toBe(0);
  expect(stdout).toBe(`pulumi says: up --stack dev${CHECKED} --yes --diff\n`);
  const environment = ` | backend=${LOCAL_BACKEND_URL} passphrase=`;
  expect(calls.map((call) => call.replace(/ node=.*/, ''))).toEqual([
    `version${environment}`,
    `stack select dev --create${environment}`,
    `config --json --show-secrets --stack dev${environment}`,
    `stack export --stack dev${environment}`,
    `up --stack dev${CHECKED} --yes --diff${environment}`,
  ]);
});

test('--no-policies skips the policy pack', async () => {
  const { stdout } = await infra(['preview', '--no-policies']);
  expect(stdout).toBe('pulumi says: preview --stack dev --refresh\n');
});

test('outputs --json prints what Pulumi prints and nothing else to stdout', async () => {
  const { code, stdout } = await infra(['outputs', '--json']);
  expect(code).toBe(0);
  expect(stdout).toBe('pulumi says: stack output --stack dev --json\n');
});

test('the program runs on the Node of this repository', async () => {
  const { calls } = await infra(['preview']);
  for (const call of calls) expect(call).toContain(`node=${dirname(process.execPath)}/node`);
});

test("Pulumi's exit code is the exit code", async () => {
  expect((await infra(['preview'], { FAILING: 'preview' })).code).toBe(3);
});

test('reports a stack that cannot be selected in one line', async () => {
  const { code, stderr } = await infra(['refresh'], { FAILING: 'stack select' });
  expect(code).toBe(1);
  expect(stderr).toBe('Stack dev: error: refused\n');
});

test('reports missing CLI, credentials and passphrase in one line each, and does nothing', async () => {
  const { code, stderr, calls } = await infra(['up', '--stack', 'prod', '--yes'], {
    FAILING: 'version',
    AWS_ACCESS_KEY_ID: '',
  });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^The Pulumi CLI .* could not be downloaded \(error: refused\)/),
    expect.stringMatching(/^No AWS credentials: run `aws sso login`/),
    expect.stringMatching(/^No passphrase for stack prod/),
    expect.stringMatching(/^No shared state for prod: file:.* is on this machine only/),
  ]);
  expect(calls).toHaveLength(1);
});

test.each(['up', 'destroy', 'refresh'])('%s --yes needs a stack that is named', async (command) => {
  for (const yes of ['--yes', '-y']) {
    const { code, stderr, calls } = await infra([command, yes]);
    expect(stderr).toContain(`npx nx run infra:${command} --yes --stack dev`);
    expect(code).toBe(1);
    expect(calls).toEqual([]);
  }
});

test.each([
  ['destroy', '--stack', 'prod', '--', '--yes'],
  ['destroy', '--', '--stack', 'prod', '--yes'],
])('refuses %s %s %s %s %s, with the command without --', async (...args) => {
  const { code, stderr, calls } = await infra(args);
  expect(stderr).toContain('Leave it out: npx nx run infra:destroy --stack prod --yes');
  expect(code).toBe(1);
  expect(calls).toEqual([]);
});

test("reads Pulumi's short options, which would otherwise pass unread", async () => {
  const { stdout } = await infra(['refresh', '-s', 'staging', '-y'], {
    PULUMI_CONFIG_PASSPHRASE: 'own',
  });
  expect(stdout).toBe('pulumi says: refresh --stack staging --yes\n');
});

test('--yes alone does not destroy prod without a terminal', async () => {
  const refused = await infra(['destroy', '--stack', 'prod', '--yes'], PRODUCTION);
  expect(refused.code).toBe(1);
  expect(refused.calls.join()).not.toContain('destroy');

  const args = ['destroy', '--stack', 'prod', '--yes', '--confirm-stack', 'prod'];
  const confirmed = await infra(args, PRODUCTION);
  expect(confirmed.stdout).toBe('pulumi says: destroy --stack prod --exclude-protected --yes\n');
});

test.each(['prod', 'prod-eu', 'studio/leaderboard/production'])(
  '%s refuses a state in files',
  async (stack) => {
    const { code, stderr, calls } = await infra(['destroy', '--stack', stack], {
      PULUMI_CONFIG_PASSPHRASE: 'own',
      PULUMI_BACKEND_URL: 'file:///var/state',
    });
    expect(stderr).toContain(`No shared state for ${stack}: file:///var/state`);
    expect(code).toBe(1);
    expect(calls.join()).not.toContain('stack select');
  },
);

test.each(['preview', 'up', 'destroy', 'refresh', 'drift', 'outputs'])(
  '%s has --help',
  async (command) => {
    const { code, stdout, calls } = await infra([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--stack <name>');
    expect(stdout).toContain('PULUMI_BACKEND_URL');
    expect(calls).toEqual([]);
  },
);
