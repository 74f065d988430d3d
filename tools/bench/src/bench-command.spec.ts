import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { benchCommand } from './bench-command.ts';
import { atLeast } from './report.ts';

const written = { stdout: '', stderr: '' };

beforeEach(() => {
  for (const name of ['stdout', 'stderr'] as const) {
    written[name] = '';
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  }
});

afterEach(() => void jest.restoreAllMocks());

const run = (...args: string[]) =>
  benchCommand('bench:test', 'A benchmark of nothing.', (_options, progress) => {
    progress(1, 2);
    progress(2, 2);
    const goals = [atLeast('rate', 5, 'times', 4)];
    return Promise.resolve({ title: 'Rates', columns: ['what'], rows: [['ours']], goals });
  }).parseAsync(['node', 'bench', ...args]);

test('with --json stdout holds one object and nothing else, and stderr the progress', async () => {
  await run('--json');
  expect(JSON.parse(written.stdout)).toMatchObject({ goals: [{ name: 'rate', met: false }] });
  expect(written.stderr).toMatch(/round 1 of 2\s+round 2 of 2\s+$/);
});

test('a goal that is missed is no failure', async () => {
  await run();
  expect(written.stdout).toContain('MISSED  rate: 4, goal at least 5 times');
  expect(process.exitCode).toBeUndefined();
});
