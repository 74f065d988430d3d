import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { exportedState } from '../testing/exported-state.ts';
import {
  type CommandRun,
  type InfraCommandRunner,
  infraCommandRunner,
} from '../testing/infra-command.ts';
import { previewOf } from '../testing/sample-preview.ts';

const DEPLOYED = { STATE: exportedState({ suffix: 'dev' }) };
const LOSING = {
  ...DEPLOYED,
  PREVIEW: previewOf({
    op: 'replace',
    type: 'table',
    name: 'leaderboard-data-dev',
    replaceReasons: ['hashKey'],
  }),
};
const REFUSAL = 'replaces the table leaderboard-data-dev (hashKey changed)';

let runner: InfraCommandRunner;

beforeEach(async () => {
  runner = await infraCommandRunner();
});

afterEach(async () => {
  await runner[Symbol.asyncDispose]();
});

test('up previews first, and does not start when a table would be replaced, even with --yes', async () => {
  const args = ['up', '--stack', 'dev', '--yes'];
  const { code, stderr, calls } = await runner.run(args, LOSING);
  expect(code).toBe(1);
  expect(stderr).toContain(REFUSAL);
  expect(calls.join('\n')).not.toMatch(/^up /m);

  const wanted = await runner.run([...args, '--allow-data-loss'], LOSING);
  expect(wanted.calls.join('\n')).toMatch(/^up --stack dev --refresh .*--yes /m);
});

test('preview shows the changes, then fails when a table would be replaced', async () => {
  const { code, stdout, stderr } = await runner.run(['preview'], LOSING);
  expect(stdout).toMatch(/^pulumi says: preview --stack dev/);
  expect(stderr).toContain(REFUSAL);
  expect(code).toBe(1);
});

test('preview --json prints the JSON and nothing else to stdout, and fails likewise', async () => {
  const { code, stdout, stderr, calls } = await runner.run(['preview', '--json'], LOSING);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(LOSING.PREVIEW));
  expect(stderr).toContain(REFUSAL);
  expect(code).toBe(1);
  expect(calls.filter((call) => call.startsWith('preview'))).toHaveLength(1);
});

test('a preview of which nothing is lost passes', async () => {
  const update = previewOf({ op: 'update', type: 'table', name: 'leaderboard-data-dev' });
  const harmless = { ...DEPLOYED, PREVIEW: update };
  expect((await runner.run(['preview'], harmless)).code).toBe(0);
  expect((await runner.run(['up'], harmless)).code).toBe(0);
});

test('up does not start when its preview fails', async () => {
  const failing = { ...DEPLOYED, FAILING: 'preview' };
  const { code, stderr, calls } = await runner.run(['up'], failing);
  expect(code).toBe(1);
  expect(stderr).toContain('the preview of stack dev failed.\nDownloading...\nerror: refused');
  expect(calls.join('\n')).not.toMatch(/^up /m);
});

test('a first deployment is not previewed twice: it has nothing to lose', async () => {
  const { calls } = await runner.run(['up']);
  expect(calls.join('\n')).not.toMatch(/^preview /m);
  const preview = await runner.run(['preview']);
  expect(preview.calls.filter((call) => call.startsWith('preview '))).toHaveLength(1);
});

describe('an update that removes a route', () => {
  const SHRINKING = {
    ...DEPLOYED,
    PREVIEW: previewOf(
      { op: 'replace', type: 'deployment', name: 'leaderboard-intake-deployment' },
      { op: 'delete', type: 'method', name: 'leaderboard-intake-old-method' },
    ),
  };
  const UP = ['up', '--stack', 'dev', '--yes'];
  const updatesOf = ({ calls }: CommandRun) =>
    calls.filter((call) => call.startsWith('up ')).map((call) => /interim=.*/.exec(call)?.[0]);

  test('is followed by a second one, whose deployment no longer has the route', async () => {
    const run = await runner.run(UP, SHRINKING);
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('removes leaderboard-intake-old-method from the REST API');
    expect(updatesOf(run)).toEqual(['interim=true', 'interim=']);
  });

  test('asks once: the second update only completes what was confirmed', async () => {
    const { calls } = await runner.run(['up'], SHRINKING);
    const updates = calls.filter((call) => call.startsWith('up '));
    expect(updates.map((call) => call.includes('--yes'))).toEqual([false, true]);
  });

  test('is not followed by one when it fails or is declined', async () => {
    const run = await runner.run(UP, { ...SHRINKING, FAILING: 'up' });
    expect(run.code).toBe(3);
    expect(updatesOf(run)).toEqual(['interim=true']);
  });

  test('any other update is made once', async () => {
    const other = previewOf({ op: 'update', type: 'method', name: 'leaderboard-intake-method' });
    expect(updatesOf(await runner.run(UP, { ...DEPLOYED, PREVIEW: other }))).toEqual(['interim=']);
  });
});
