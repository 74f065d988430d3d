import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { PULUMI_VERSION } from './pulumi-cli.ts';
import { LOCAL_BACKEND_URL, POLICY_PACK_FOLDER } from './pulumi-invocation.ts';
import { SETTINGS } from '../config/settings.ts';
import { exportedState } from '../testing/exported-state.ts';
import { PROJECT_ROOT } from '../workspace.ts';

/** Replaces the CLI where the npm package `pulumi` looks for it: records each call, fails on request. */
const RECORDING_CLI = `#!/bin/sh
echo "$* | backend=$PULUMI_BACKEND_URL passphrase=\${PULUMI_CONFIG_PASSPHRASE-unset} node=$(command -v node)" >> "$CALLS"
case "$*" in "$FAILING"*) echo "Downloading..." >&2; echo "error: refused" >&2; exit 3 ;; esac
case "$*" in
  "config --json --show-secrets "*) echo "$STACK_CONFIG" ;;
  "stack export "*) echo "$STATE" ;;
  *) echo "pulumi says: $*" ;;
esac
`;

const NOTHING_DEPLOYED = '{"version":3,"deployment":{"manifest":{}}}';

/** The rules that preview and up check. */
const CHECKED = ` --policy-pack ${POLICY_PACK_FOLDER}`;

let home: string;
/** Replaces Lambda, from which the preflight reads the account's quota. */
let lambda: Server;
let quota: { total: number; requests: number };

beforeEach(async () => {
  quota = { total: 1000, requests: 0 };
  lambda = createServer((request, response) => {
    quota.requests += 1;
    const limits = {
      ConcurrentExecutions: quota.total,
      UnreservedConcurrentExecutions: quota.total,
    };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify(request.url?.includes('account-settings') ? { AccountLimit: limits } : {}),
    );
  });
  lambda.listen(0, '127.0.0.1');
  await once(lambda, 'listening');
  home = mkdtempSync(join(tmpdir(), 'infra-cli-'));
  const bin = join(home, 'versions', PULUMI_VERSION, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'pulumi'), RECORDING_CLI, { mode: 0o755 });
  writeFileSync(join(home, 'calls'), '');
});

afterEach(() => {
  lambda.closeAllConnections();
  lambda.close();
  rmSync(home, { recursive: true });
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

test('up stops before Pulumi when the concurrency quota is too low, and names the settings that help', async () => {
  quota.total = 10;
  const { code, stderr, calls } = await infra(['up', '--stack', 'dev', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain('leaderboard:processorReservedConcurrency: none');
  expect(calls.join()).not.toContain('up --stack');
});

test("the preflight uses the stack's configuration, and stops when it is invalid", async () => {
  quota.total = 10;
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

test('up reports a skipped preflight; preview has none', async () => {
  const skipped = await infra(['up', '--no-preflight']);
  expect(skipped.stderr).toBe('Preflight skipped: --no-preflight.\n');
  expect(skipped.stdout).toBe(`pulumi says: up --stack dev${CHECKED}\n`);
  await infra(['preview']);
  expect(quota.requests).toBe(0);
});

test('--no-policies skips the policy pack', async () => {
  const { stdout } = await infra(['preview', '--no-policies']);
  expect(stdout).toBe('pulumi says: preview --stack dev\n');
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
  const prod = { PULUMI_CONFIG_PASSPHRASE: 'own' };
  const refused = await infra(['destroy', '--stack', 'prod', '--yes'], prod);
  expect(refused.code).toBe(1);
  expect(refused.calls.join()).not.toContain('destroy');

  const args = ['destroy', '--stack', 'prod', '--yes', '--confirm-stack', 'prod'];
  const confirmed = await infra(args, prod);
  expect(confirmed.stdout).toBe('pulumi says: destroy --stack prod --yes\n');
});

test.each(['preview', 'up', 'destroy', 'refresh', 'outputs'])('%s has --help', async (command) => {
  const { code, stdout, calls } = await infra([command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('--stack <name>');
  expect(stdout).toContain('PULUMI_BACKEND_URL');
  expect(calls).toEqual([]);
});

async function infra(args: string[], environment: Record<string, string> = {}) {
  const callsFile = join(home, 'calls');
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'src/commands/infra.ts'), ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      PULUMI_HOME: home,
      CALLS: callsFile,
      FAILING: 'nothing',
      STACK_CONFIG: '{}',
      STATE: NOTHING_DEPLOYED,
      AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: 'an-id',
      AWS_SECRET_ACCESS_KEY: 'a-secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const calls = readFileSync(callsFile, 'utf8').split('\n').filter(Boolean);
  writeFileSync(callsFile, '');
  return { code, stdout, stderr, calls };
}
