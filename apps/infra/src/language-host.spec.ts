import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { type Recording, startFakeEngine } from './testing/fake-engine.ts';
import { graphOf } from './testing/program.ts';
import { copyOfProject, type ProjectCopy } from './testing/project-copy.ts';
import { PROJECT_ROOT } from './workspace.ts';

/** What Pulumi's CLI starts for a Node.js program. */
const LANGUAGE_HOST = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run');

let copy: ProjectCopy;

beforeEach(() => {
  copy = copyOfProject();
});

afterEach(() => copy[Symbol.dispose]());

test("Pulumi's language host runs the TypeScript entry and takes its default export as the outputs", async () => {
  const { code, recording } = await runProgram({ 'aws:region': 'us-west-1' });

  expect(recording.errors).toEqual([]);
  expect(code).toBe(0);
  const { outputs } = await graphOf();
  expect(Object.keys(recording.stackOutputs).sort()).toEqual(Object.keys(outputs).sort());
  expect(recording.stackOutputs['dynamodb_table_name']).toBe('leaderboard-data-dev');
  expect(recording.resources).toContain(
    'aws:lambda/eventSourceMapping:EventSourceMapping::updates-to-processor-mapping',
  );
});

test('an invalid value stops the program before anything is created, without a stack trace', async () => {
  const { code, recording } = await runProgram({ 'leaderboard:maxReceiveCount': '0' });

  expect(code).not.toBe(0);
  expect(recording.errors).toEqual([
    'The stack configuration cannot be used:\n' +
      '  - leaderboard:maxReceiveCount is "0"; allowed: 1 to 1000 receives',
  ]);
  expect(recording.resources).toEqual(['pulumi:pulumi:Stack::leaderboard-dev']);
});

test('a function that is not built stops the program and names the command that builds it', async () => {
  rmSync(join(copy.workspace, 'apps/processor/dist'), { recursive: true });
  const { code, recording } = await runProgram({});

  expect(code).not.toBe(0);
  expect(recording.errors).toEqual([expect.stringContaining('Run: npx nx run processor:build')]);
  expect(recording.resources).toEqual(['pulumi:pulumi:Stack::leaderboard-dev']);
});

/** Runs the program as the CLI would with the `main` of Pulumi.yaml, on the Node that runs the tests. */
async function runProgram(
  stackConfig: Record<string, string>,
): Promise<{ code: number | null; recording: Recording }> {
  const main = projectSetting('main');
  await using engine = await startFakeEngine();
  const child = spawn(
    process.execPath,
    [
      LANGUAGE_HOST,
      ...['--monitor', engine.address, '--engine', engine.address],
      ...['--project', 'leaderboard', '--stack', 'dev'],
      ...['--pwd', join(copy.project, dirname(main))],
      basename(main),
    ],
    {
      env: {
        PATH: dirname(process.execPath),
        PULUMI_CONFIG: JSON.stringify(stackConfig),
        PULUMI_NODEJS_TYPESCRIPT: projectSetting('typescript'),
      },
      stdio: 'ignore',
    },
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, recording: engine.recording };
}

function projectSetting(key: string): string {
  const projectFile = readFileSync(join(PROJECT_ROOT, 'Pulumi.yaml'), 'utf8');
  const value = new RegExp(`^ *${key}: (.+)$`, 'm').exec(projectFile)?.[1];
  if (value === undefined) throw new Error(`Pulumi.yaml has no ${key}`);
  return value;
}
