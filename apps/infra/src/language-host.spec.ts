import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { type Recording, startFakeEngine } from './testing/fake-engine.ts';
import { graphOf } from './testing/program.ts';
import { PROJECT_ROOT, WORKSPACE_ROOT } from './workspace.ts';

/** What Pulumi's CLI starts for a Node.js program. */
const LANGUAGE_HOST = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run');

/** What the program deploys, below `apps`. */
const BUNDLES = [
  'leaderboard-api/dist/leaderboard-api',
  'processor/dist/processor',
  'standings/dist/projector',
  'standings/dist/compactor',
  'standings/dist/auditor',
  'standings/dist/snapshotter',
  'intake/dist/router',
  'intake/dist/sweep',
  'intake/dist/updates',
  'intake/dist/validator',
];

/** A copy of the workspace with nothing but this project, so that no other project has to be built. */
let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'infra-program-'));
  const project = join(workspace, 'apps/infra');
  cpSync(join(PROJECT_ROOT, 'src'), join(project, 'src'), { recursive: true });
  cpSync(join(PROJECT_ROOT, 'package.json'), join(project, 'package.json'));
  symlinkSync(join(WORKSPACE_ROOT, 'node_modules'), join(workspace, 'node_modules'));
  for (const built of BUNDLES) {
    const bundle = join(workspace, 'apps', built);
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, 'index.mjs'), 'export const handler = () => {};');
  }
  const page = join(PROJECT_ROOT, 'src/testing/sample-site');
  cpSync(page, join(workspace, 'apps/dashboard/dist'), { recursive: true });
  for (const file of ['libs/ranking/boards.json', 'apps/intake/openapi.json']) {
    cpSync(join(WORKSPACE_ROOT, file), join(workspace, file));
  }
});

afterEach(() => {
  rmSync(workspace, { recursive: true });
});

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
  rmSync(join(workspace, 'apps/processor/dist'), { recursive: true });
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
      ...['--pwd', join(workspace, 'apps/infra', dirname(main))],
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
