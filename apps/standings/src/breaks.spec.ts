import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { breakSource } from '@leaderboard/testing/breaks';
import { BREAKS } from './testing/rank-histories/breaks/breaks.ts';

const ROOT = path.join(import.meta.dirname, '../../..');
const COMMAND = path.join(import.meta.dirname, 'testing/rank-histories/breaks/main.ts');

test.each(BREAKS.map((each) => [each.name, each] as const))(
  'the break %s fits the code',
  (_, each) => {
    const source = readFileSync(path.join(ROOT, each.file), 'utf8');
    expect(breakSource(source, each)).not.toBe(source);
  },
);

test('histories find breaks of writing, merging and reading', async () => {
  const names = ['write-time-not-raised', 'compact-forgets-absorbed', 'read-without-epoch'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=@leaderboard/source',
    COMMAND,
    ...['--only', ...names, '--runs', '200', '--json'],
  ]);
  const { breaks } = JSON.parse(stdout) as { breaks: { name: string; histories: number | null }[] };
  expect(breaks).toEqual(
    names.map((name) => expect.objectContaining({ name, histories: expect.any(Number) })),
  );
});
