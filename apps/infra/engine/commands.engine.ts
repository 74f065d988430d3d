import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { capturePulumi } from '../src/commands/pulumi-cli.ts';
import { TYPES } from '../src/graph/resource-types.ts';
import { type FakeAccount, startFakeAccount } from '../src/testing/fake-account.ts';
import { type CommandExit, runInfraCommand } from '../src/testing/infra-command.ts';
import { copyOfProject, type ProjectCopy } from '../src/testing/project-copy.ts';
import type { Held } from './stand-in-aws.ts';
import { TestStack } from './test-stack.ts';

/** The account of the ARNs that the stand-in gives. */
const ACCOUNT = '123456789012';
const LEDGER = 'leaderboard-data-test';
const PROCESSOR = 'leaderboard-processor-test';

let copy: ProjectCopy;
let account: FakeAccount;
let stack: TestStack;

beforeEach(async () => {
  copy = copyOfProject();
  account = await startFakeAccount();
  stack = new TestStack();
  await stack.start();
});

afterEach(async () => {
  stack.stop();
  await account[Symbol.asyncDispose]();
  copy[Symbol.dispose]();
});

/** A shell with credentials for the account. */
function shell(): NodeJS.ProcessEnv {
  return {
    ...stack.shell,
    AWS_ENDPOINT_URL: account.url,
    AWS_ACCESS_KEY_ID: 'an-id',
    AWS_SECRET_ACCESS_KEY: 'a-secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Runs a command of this project on the stack. */
function infra(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<CommandExit> {
  return runInfraCommand(args, { ...shell(), ...variables }, copy.project);
}

/** Creates the stack, which the account then shows, and forgets what that took. */
async function deployed(settings: Record<string, string> = {}): Promise<void> {
  await stack.up({ settings });
  stack.aws.operations.length = 0;
  account.state.accountId = ACCOUNT;
  account.state.ledgerTags = stack.aws.named(TYPES.table, LEDGER).inputs['tags'] as Record<
    string,
    string
  >;
}

test.each(['preview', 'up'])('%s refuses another suffix than the deployed one', async (command) => {
  await deployed();
  const yes = command === 'up' ? ['--yes'] : [];
  const { code, stderr } = await infra([command, '--stack', 'test', ...yes], {
    ENVIRONMENT_SUFFIX: 'alice',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/has deployed resources, \d{3} with the suffix "test"/);
  expect(stderr).toContain('its suffix is now "alice"');
  expect(stack.aws.operations).toEqual([]);
});

test.each(['up', 'refresh', 'destroy'])('%s refuses another account', async (command) => {
  await deployed();
  account.state.accountId = '210987654321';
  const { code, stderr } = await infra([command, '--stack', 'test', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain(`is deployed in account ${ACCOUNT}, but the credentials belong to`);
  expect(stack.aws.operations).toEqual([]);
});

test('up refuses the tables of another state, and names it', async () => {
  await deployed();
  await stack.loseState();
  const { code, stderr } = await infra(['up', '--stack', 'test', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain(`The table ${LEDGER} is in account ${ACCOUNT}, but not in the state`);
  expect(stderr).toContain('It belongs to stack test');
  expect(stack.aws.operations).toEqual([]);
});

test('a production stack is not deployed with a state in files', async () => {
  const { code, stderr } = await infra(['up', '--stack', 'prod-eu', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain('prod-eu');
  expect(stack.aws.operations).toEqual([]);
});

test('destroy says how many messages queues hold, and destroys them only when that is asked for', async () => {
  await deployed({ protectTables: 'false' });
  account.state.messages = 3;
  const refused = await infra(['destroy', '--stack', 'test', '--yes']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/leaderboard-updates-test\.fifo.*3/s);
  expect(stack.aws.operations).toEqual([]);

  const wanted = await infra(['destroy', '--stack', 'test', '--yes', '--discard-messages']);
  expect(wanted).toMatchObject({ code: 0 });
  expect(stack.aws.ofType(TYPES.queue)).toEqual([]);
});

test('destroy leaves what is protected, and the state knows it', async () => {
  await deployed();
  const tables = stack.aws.ofType(TYPES.table);
  expect(await infra(['destroy', '--stack', 'test', '--yes'])).toMatchObject({ code: 0 });
  expect(stack.aws.ofType(TYPES.table)).toEqual(tables);
  expect(stack.aws.ofType(TYPES.function)).toEqual([]);
  // The role with which API Gateway logs stays too, and is not the stack's any more.
  await stack.up({ settings: { manageApiGatewayAccount: 'false' } });
  expect(stack.aws.ofType(TYPES.table)).toEqual(tables);
});

test('drift finds what was changed by hand, and outputs are JSON', async () => {
  await deployed();
  expect(await infra(['drift', '--stack', 'test'])).toMatchObject({ code: 0 });
  const [mapping] = stack.aws.ofType(TYPES.mapping);
  if (mapping === undefined) throw new Error('The program declares a mapping.');
  stack.aws.change(mapping, { enabled: false });
  const { code, stdout } = await infra(['drift', '--stack', 'test']);
  expect(code).not.toBe(0);
  expect(stdout).toContain('enabled');
  expect(stack.aws.operations).toEqual([]);

  const outputs = await infra(['outputs', '--stack', 'test', '--json']);
  expect(JSON.parse(outputs.stdout)).toMatchObject({ dynamodb_table_name: LEDGER });
});

test("preview and up run the program with Pulumi's language host, and a second update changes nothing", async () => {
  const preview = await infra(['preview', '--stack', 'test', '--no-policies']);
  expect(preview).toMatchObject({ code: 0 });
  expect(stack.aws.held).toEqual([]);
  expect(await infra(['up', '--stack', 'test', '--yes', '--no-policies'])).toMatchObject({
    code: 0,
  });
  expect(stack.aws.named(TYPES.table, LEDGER).inputs).toMatchObject({ hashKey: 'player_id' });
  stack.aws.operations.length = 0;
  account.state.ledgerTags = {};
  const again = await infra(['up', '--stack', 'test', '--yes', '--no-policies']);
  expect(again).toMatchObject({ code: 0 });
  expect(stack.aws.operations).toEqual([]);
});

test('after a run that was killed: what docs/deploy.md says brings the stack up', async () => {
  const up = ['up', '--stack', 'test', '--yes', '--no-policies'];
  const created = stack.aws.silentAbout(TYPES.function, PROCESSOR);
  const run = spawn(
    process.execPath,
    [join(copy.project, 'src/commands/infra.ts'), ...up],
    // With all that it starts it is one group of processes, which ends as one.
    { env: shell(), detached: true, stdio: 'ignore' },
  );
  await created;
  process.kill(-(run.pid ?? NaN), 'SIGKILL');
  await once(run, 'close');

  const cancel = ['cancel', '--yes', '--stack', 'test', '--cwd', copy.project];
  expect(await capturePulumi(cancel, shell())).toMatchObject({ code: 0 });
  const refused = await infra(up);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`  - ${TYPES.function} ${PROCESSOR}`);

  const named = [...refused.stderr.matchAll(/^ {2}- (\S+) (.+)$/gm)].map(([, ...parts]) => parts);
  const isNamed = ({ type, inputs, logicalName }: Held) =>
    named.some(([of, name]) => of === type && (name === inputs['name'] || name === logicalName));
  stack.aws.forget(stack.aws.held.filter(isNamed));
  const cleared = await infra(['refresh', '--stack', 'test', '--yes', '--clear-pending-creates']);
  expect(cleared).toMatchObject({ code: 0 });
  expect(await infra(up)).toMatchObject({ code: 0 });
  expect(stack.aws.named(TYPES.function, PROCESSOR)).toBeDefined();
  const preview = ['preview', '--stack', 'test', '--no-policies', '--expect-no-changes'];
  expect(await infra(preview)).toMatchObject({ code: 0 });
});
