import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import path from 'node:path';

import { expect, test } from '@jest/globals';

/** Runs the command without credentials: no case here comes to a request. */
function restore(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'));
  const env: NodeJS.ProcessEnv = {
    ...Object.fromEntries(kept),
    AWS_REGION: 'us-west-1',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  // Jest's own flags are not for the program that it starts.
  delete env['NODE_OPTIONS'];
  const main = path.join(import.meta.dirname, 'main.ts');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=@leaderboard/source', main, ...args],
      { env },
      (_error, stdout, stderr) => {
        resolve({ exitCode: child.exitCode, output: stdout + stderr });
      },
    );
  });
}

test.each([
  ['plan', ['--environment', '--to', '--from', '--bucket-owner', '--json']],
  [
    'run',
    ['--environment', '--to', '--from', '--bucket-owner', '--json', '--yes', '--marker-ttl-days'],
  ],
  ['export', ['--environment', '--bucket', '--bucket-owner', '--prefix', '--json']],
])('%s --help lists the options', async (command, options) => {
  const { exitCode, output } = await restore(command, '--help');
  expect(exitCode).toBe(0);
  for (const option of options) expect(output).toContain(option);
});

test('says what to do without credentials', async () => {
  const { exitCode, output } = await restore(
    'plan',
    '--environment=prod',
    '--to=2026-11-21T09:30:00Z',
  );
  expect(exitCode).toBe(2);
  expect(output).toContain('No AWS credentials: run `aws sso login` and set AWS_PROFILE');
});

test.each([
  [
    'a time without its zone',
    ['plan', '--environment=prod', '--to=2026-11-21T09:30:00'],
    'with its zone',
  ],
  ['a day without a time', ['plan', '--environment=prod', '--to=2026-11-21'], 'with its zone'],
  ['an export without a bucket', ['export', '--environment=prod'], '--bucket <name>'],
  ['neither a time nor an export', ['plan', '--environment=prod'], 'either --to with a time'],
  [
    'a time and an export',
    ['run', '--environment=prod', '--to=2026-11-21T09:30:00Z', '--from=s3://b/AWSDynamoDB/1-a'],
    'either --to with a time',
  ],
  [
    'a folder that is not of an export',
    ['plan', '--environment=prod', '--from=s3://backups/prod'],
    's3://backups/prod is not the folder of an export. Name it as s3://<bucket>/<prefix>/AWSDynamoDB/<id>',
  ],
  [
    'a time in the future',
    ['run', '--environment=prod', '--to=9999-01-01T00:00:00Z'],
    'not in the past',
  ],
])('refuses %s', async (_what, args, message) => {
  const { exitCode, output } = await restore(...args);
  expect(exitCode).toBe(2);
  expect(output).toContain(message);
});

test('no option has the name of one of Nx, which would take it', async () => {
  const schema = createRequire(import.meta.url).resolve(
    'nx/src/executors/run-commands/schema.json',
  );
  const { properties } = JSON.parse(readFileSync(schema, 'utf8')) as { properties: object };
  for (const command of ['plan', 'run', 'export']) {
    const { output } = await restore(command, '--help');
    const options = [...output.matchAll(/^ +--([a-z-]+)/gm)].map(([, name]) => name);
    expect(options).toContain('environment');
    expect(Object.keys(properties).filter((name) => options.includes(name))).toEqual([]);
  }
});
