import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CHECKS } from './deployed/checks.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';

const COMMAND = path.resolve(import.meta.dirname, 'deployed/main.ts');

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the checks of a deployed stack, on the local one', () => {
  const stack = useLeaderboardStack({ schedulesOnDemand: true });
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'deployed-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Runs the command on the stack, with other outputs in place of its own. */
  async function check(args: readonly string[], outputs: object = {}): Promise<Run> {
    const file = path.join(folder, 'stack.json');
    const { description } = stack;
    const changed = { ...description, outputs: { ...description.outputs, ...outputs } };
    await writeFile(file, JSON.stringify(changed));
    return run(['--stack-file', file, ...args]);
  }

  /** Takes snapshots more often than the schedule does, until something is done. */
  async function snapshotsUntil<T>(done: Promise<T>): Promise<T> {
    const isDone = done.then(() => true);
    while (!(await Promise.race([isDone, sleep(500, false)]))) {
      await stack.control.runSchedule(stack.output('snapshotter_schedule_name'));
    }
    return done;
  }

  test('all hold', async () => {
    const checked = check([]);
    const { code, stdout } = await snapshotsUntil(checked);
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('failed'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('skipped'))).toEqual([
      expect.stringContaining('the shared cache serves the API: apiCache is none'),
    ]);
    expect(lines.at(-1)).toBe(`${lines.length - 2} passed, 0 failed, 1 skipped.`);
    expect(code).toBe(0);
  });

  test('leave no message in a queue', async () => {
    for (const queue of ['dlq_url', 'disputes_queue_url']) {
      expect(await stack.messagesIn(queue)).toBe(0);
    }
  });

  test.each([
    ['POST /updates', { updates_api_key: 'wrong' }, '202 was expected with the key, not 403'],
    ['the page', { dashboard_url: 'http://127.0.0.1:1' }, 'fetch failed'],
    [
      'passes the pipe',
      { main_queue_url: 'http://127.0.0.1:1/000000000000/none.fifo' },
      'QueueNotFound',
    ],
  ])('%s fails where it does not hold', async (only, outputs, reason) => {
    const { code, stdout } = await check(['--only', only, '--wait-seconds', '1'], outputs);
    expect(stdout).toMatch(/^failed /m);
    expect(stdout).toContain(reason);
    expect(code).toBe(1);
  });

  test('--json prints the results and nothing else', async () => {
    const { stdout } = await check(['--only', 'both APIs', '--json']);
    expect(JSON.parse(stdout)).toEqual([
      { check: 'both APIs describe themselves', outcome: 'passed' },
    ]);
  });
});

test('the guide to the first deployment names checks that there are', async () => {
  const file = path.resolve(import.meta.dirname, '../../../docs/first-deployment.md');
  const guide = await readFile(file, 'utf8');
  const named = [...guide.matchAll(/^ +- _(.*?)_[:.]/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(CHECKS.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
});

test('a stack must be named', async () => {
  const { code, stderr } = await run([]);
  expect(code).toBe(1);
  expect(stderr).toContain('--stack <name>, or --stack-file <path>');
});

test('a stack that cannot be read is named, without a stack trace', async () => {
  const { code, stderr } = await run(['--stack-file', '/none/stack.json']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: ENOENT.*\/none\/stack\.json'\n$/);
});

test('--stack reads the outputs of a stack on AWS, secrets included', async () => {
  const home = await mkdtemp(path.join(tmpdir(), 'pulumi-'));
  const { version } = JSON.parse(
    await readFile(createRequire(import.meta.url).resolve('pulumi/package.json'), 'utf8'),
  ) as { version: string };
  const bin = path.join(home, 'versions', version, 'bin');
  await mkdir(bin, { recursive: true });
  const outputs = JSON.stringify({ main_queue_url: 'https://sqs.eu-west-1.example/1/q.fifo' });
  const cli = `#!/bin/sh\ncase "$*" in\n"stack output --stack staging --json --show-secrets") echo '${outputs}' ;;\nesac\n`;
  await writeFile(path.join(bin, 'pulumi'), cli, { mode: 0o755 });
  const env = { PULUMI_HOME: home, PULUMI_CONFIG_PASSPHRASE: 'a passphrase' };
  const { code, stdout } = await run(['--stack', 'staging', '--only', 'the page is served'], env);
  expect(stdout).toContain('skipped  the page is served');
  expect(stdout).toContain('dashboard is none');
  expect(code).toBe(0);
  await rm(home, { recursive: true });
});

function run(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Run> {
  const env = { ...process.env, NODE_OPTIONS: '', ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
