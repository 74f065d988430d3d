import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { droppedOptionsProblem } from './options-plugin.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

const problemOf = (command: string) => droppedOptionsProblem(command.split(' ').slice(1));

describe('options before --, which Nx would drop', () => {
  test.each([
    ['nx run infra:destroy --stack prod -- --yes', 'nx run infra:destroy --stack prod --yes'],
    ['nx destroy infra --stack=prod -- --yes', 'nx destroy infra --stack=prod --yes'],
    ['nx --verbose run infra:up --yes --', 'nx --verbose run infra:up --yes'],
  ])('stop %s, with the command that keeps them', (command, corrected) => {
    expect(problemOf(command)?.endsWith(`Leave -- out: npx ${corrected}`)).toBe(true);
  });

  test.each([
    'nx run infra:destroy --stack prod --yes',
    'nx run infra:destroy -- --stack prod --yes',
    'nx destroy infra -- --stack prod',
    'nx --verbose run infra:up -- --yes',
    'nx run-many -t test --parallel 1 -- --ci',
    'nx affected -t test -- --ci',
  ])('are none in %s', (command) => {
    expect(problemOf(command)).toBeUndefined();
  });

  test('are quoted for the shell in the command that keeps them', () => {
    const args = ['run', 'infra:up', '--message', "it's on", '--', '--yes'];
    expect(droppedOptionsProblem(args)).toContain(`--message 'it'\\''s on' --yes`);
  });

  test('stop Nx before a task starts', async () => {
    const { code, output } = await nx(['run', 'infra:outputs', '--stack', 'prod', '--', '--json']);
    expect(output).toContain('Leave -- out: npx nx run infra:outputs --stack prod --json');
    expect(output).not.toContain('> nx run');
    expect(code).toBe(1);
  });
});

function nx(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    execFile('nx', args, { cwd: ROOT }, (error, stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` });
    });
  });
}
