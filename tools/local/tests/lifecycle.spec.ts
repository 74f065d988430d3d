import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { environmentFileOf, readStackFile } from '../src/serve/stack-file.ts';
import { spawnStack, type SpawnedStack, type SpawnStackOptions } from '../src/spawn-stack.ts';
import type { StackDescription } from '../src/stack.ts';
import { eventually, programFile, TestStack } from './use-stack.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-lifecycle-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function start(name: string, options: SpawnStackOptions = {}): Promise<SpawnedStack> {
  return spawnStack({
    program: programFile('orders'),
    stackFile: join(folder, name, '.local', 'stack.json'),
    ...options,
  });
}

function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** The child processes of a process: of a stack, the engine. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function nothingIsLeft(stack: StackDescription, pids: readonly number[]): Promise<boolean> {
  const listening = await Promise.all([
    accepts(stack.endpoints.sqs),
    accepts(stack.endpoints.dynamodb),
  ]);
  return !listening.includes(true) && !pids.some(isRunning);
}

describe('a stack', () => {
  test('describes itself in its stack file while it runs, and leaves no process, port or file', async () => {
    const { stack, stackFile, pid, stop } = await start('clean');
    expect(await readStackFile(stackFile)).toEqual(stack);
    expect(stack).toEqual({
      region: 'us-west-1',
      endpoints: {
        sqs: expect.any(String),
        dynamodb: expect.any(String),
        s3: expect.any(String),
      },
      outputs: {
        queue_url: `${stack.endpoints.sqs}/000000000000/orders-test.fifo`,
        queue_arn: 'arn:aws:sqs:us-west-1:000000000000:orders-test.fifo',
        dead_letter_queue_url: `${stack.endpoints.sqs}/000000000000/dead-letters-test.fifo`,
        function_name: 'worker-test',
        table_name: 'items-test',
        table_arn: 'arn:aws:dynamodb:us-west-1:000000000000:table/items-test',
        stream_arn: expect.stringMatching(
          /^arn:aws:dynamodb:us-west-1:000000000000:table\/items-test\/stream\/.+/,
        ),
      },
      pid,
    });
    const pids = [pid, ...(await childrenOf(pid))];
    expect(pids).toHaveLength(2);
    await stop();
    expect(await nothingIsLeft(stack, pids)).toBe(true);
    expect(await readdir(join(folder, 'clean'))).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('stops on %s', async (signal) => {
    const { stack, stackFile, pid, stop } = await start(signal);
    const pids = [pid, ...(await childrenOf(pid))];
    process.kill(pid, signal);
    await eventually(() => nothingIsLeft(stack, pids));
    expect(existsSync(stackFile)).toBe(false);
    await stop();
  });

  test('ends its engine when it is killed', async () => {
    const { stack, pid, stop } = await start('killed');
    const pids = [pid, ...(await childrenOf(pid))];
    process.kill(pid, 'SIGKILL');
    await eventually(() => nothingIsLeft(stack, pids));
    await stop();
  });

  test('runs beside another one', async () => {
    const [one, two] = [new TestStack(), new TestStack()];
    try {
      await Promise.all([one.start('orders'), two.start('orders')]);
      await one.send({ id: 'only-in-one', do: 'nothing' });
      await eventually(async () => (await one.entries('ended', 'only-in-one')).length === 1);
      expect(await two.log()).toEqual([]);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });

  test('takes the next port if its port is in use, and reports it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const { stack, notices, stop } = await start('port-taken', {
        args: ['--sqs-port', String(port)],
      });
      const taken = new URL(stack.endpoints.sqs).port;
      await stop();
      expect(Number(taken)).not.toBe(port);
      expect(notices).toEqual([`Port ${String(port)} is taken: SQS is on ${taken}.`]);
    } finally {
      other.close();
    }
  });

  test('writes its addresses as variables beside its stack file', async () => {
    const { stack, stackFile, stop } = await start("it's quoted");
    try {
      const shown = execFileSync(
        'sh',
        ['-c', '. "$1"; printf "%s %s" "$AWS_ENDPOINT_URL_SQS" "$AWS_REGION"', 'sh'].concat(
          environmentFileOf(stackFile),
        ),
        { encoding: 'utf8', env: { PATH: process.env['PATH'] } },
      );
      expect(shown).toBe(`${stack.endpoints.sqs} us-west-1`);
    } finally {
      await stop();
    }
  });

  test('rejects the stack file of a running stack', async () => {
    const { stop } = await start('taken');
    try {
      await expect(start('taken')).rejects.toThrow(
        /already running on .*stack\.json[^]*--stack-file/,
      );
    } finally {
      await stop();
    }
  });
});

describe('a stack that cannot start reports why and leaves nothing:', () => {
  test.each([
    [
      'no DynamoDB engine',
      { args: ['--platform', 'sunos-sparc'], env: { PATH: '' } },
      /No DynamoDB engine for sunos-sparc[^]*LEADERBOARD_DYNAMODB_ENDPOINT=http/,
    ],
    [
      'an engine on another machine',
      { env: { LEADERBOARD_SQS_ENDPOINT: 'https://sqs.us-west-1.amazonaws.com' } },
      /LEADERBOARD_SQS_ENDPOINT must be an http URL on this machine.*got "https:\/\/sqs\.us-west-1/,
    ],
    [
      'an unknown resource type',
      { program: programFile('unknown-type') },
      /cannot create resource "matches" of type aws:ecs\/cluster:Cluster[^]*resource-providers\.ts/,
    ],
    [
      'a program that throws inside apply',
      { program: programFile('throws-in-apply') },
      /The Pulumi program failed: .*asked to throw in apply/,
    ],
    [
      'a function that is not built',
      { config: { bundle: '../apps/processor/dist/nowhere' } },
      /Function "worker-test": its code is missing, looked for .*nowhere\/index\.mjs\. Build it with: npx nx run processor:build/,
    ],
    [
      'an invalid option',
      { args: ['--config', 'oops'] },
      /--config must be <key>=<value>.*got "oops"/,
    ],
  ])('%s', async (_, options, message) => {
    await expect(start('failed', options)).rejects.toThrow(message);
    expect(existsSync(join(folder, 'failed', '.local', 'stack.json'))).toBe(false);
  });

  test('uses the engines that the environment names, and cleans them up', async () => {
    const owner = await start('owner');
    try {
      const env = {
        ...process.env,
        LEADERBOARD_SQS_ENDPOINT: owner.stack.endpoints.sqs,
        LEADERBOARD_DYNAMODB_ENDPOINT: owner.stack.endpoints.dynamodb,
      };
      for (const attempt of ['guest', 'guest-again']) {
        const guest = await start(attempt, { env, config: { suffix: 'guest' } });
        expect(await childrenOf(guest.pid)).toEqual([]);
        await guest.stop();
      }
    } finally {
      await owner.stop();
    }
  });
});
