import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { breakSource } from '@leaderboard/testing/breaks';
import { BREAKS } from './testing/breaks/breaks.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const COMMAND = path.join(import.meta.dirname, 'testing/breaks/main.ts');

test.each(BREAKS.map((each) => [each.name, each] as const))(
  'the break %s fits the code',
  (_, each) => {
    const source = readFileSync(path.join(ROOT, each.file), 'utf8');
    expect(breakSource(source, each)).not.toBe(source);
  },
);

test('histories find a break', async () => {
  const args = ['--only', 'head-unconditional', 'marker-unconditional', '--runs', '200', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@leaderboard/source',
    '--disable-warning=ExperimentalWarning',
    COMMAND,
    ...args,
  ]);
  const { breaks } = JSON.parse(stdout) as { breaks: { name: string; histories: number | null }[] };
  expect(breaks).toEqual([
    expect.objectContaining({ name: 'head-unconditional', histories: expect.any(Number) }),
    expect.objectContaining({ name: 'marker-unconditional', histories: expect.any(Number) }),
  ]);
});
