import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { StackDescription } from '../stack.ts';
import {
  readStackFile,
  rejectStackFilesInUse,
  removeStackFile,
  writeStackFile,
} from './stack-file.ts';

let folder: string;
let sqs: Server;
let running: StackDescription;
let files: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-file-'));
  files = [join(folder, 'stack.json'), join(folder, 'stack-2.json')];
  sqs = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => sqs.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((sqs.address() as AddressInfo).port)}`;
  const endpoints = { sqs: url, dynamodb: url, s3: url };
  running = { region: 'us-west-1', endpoints, outputs: {}, pid: process.pid };
});
afterEach(async () => {
  sqs.close();
  sqs.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** No process has this id: it is above the ids of Linux, macOS and Windows. */
const NO_PROCESS = 0x7f_ff_ff_ff;

describe('the stack file', () => {
  test('is the first that no running stack has, even if two stacks start at the same time', async () => {
    const written = await Promise.all([
      writeStackFile(files, running),
      writeStackFile(files, running),
    ]);
    expect(written.toSorted()).toEqual(files.toSorted());
    expect((await readdir(folder)).toSorted()).toEqual([
      'stack-2.env',
      'stack-2.json',
      'stack.env',
      'stack.json',
    ]);
  });

  test('is an error if running stacks have all of them', async () => {
    await writeStackFile(files, running);
    await rejectStackFilesInUse(files);
    await expect(rejectStackFilesInUse(files.slice(0, 1))).rejects.toThrow(/already running on/);
    await expect(writeStackFile(files.slice(0, 1), running)).rejects.toThrow(/already running on/);
  });

  test.each([
    ['was killed, and another program has its port', () => ({ ...running, pid: NO_PROCESS })],
    [
      'was killed, and another process has its id',
      () => ({ ...running, endpoints: { sqs: 'http://127.0.0.1:1', dynamodb: '', s3: '' } }),
    ],
  ])('is taken over from a stack that %s', async (_, killed) => {
    await writeFile(files[0] ?? '', JSON.stringify(killed()));
    await rejectStackFilesInUse(files.slice(0, 1));
    expect(await writeStackFile(files, running)).toBe(files[0]);
    expect(await readStackFile(files[0] ?? '')).toEqual(running);
  });

  test('leaves nothing when it is removed', async () => {
    await removeStackFile(await writeStackFile(files, running), running.pid);
    expect(await readdir(folder)).toEqual([]);
  });

  test('stays when another stack has taken it over', async () => {
    const file = await writeStackFile(files, running);
    await removeStackFile(file, NO_PROCESS);
    expect(await readStackFile(file)).toEqual(running);
  });
});
