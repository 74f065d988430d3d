import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const SCRIPTS = ['check.mjs', 'programs.mjs', 'tail-lines.mjs'];

/** As Nx 23 prints it. */
const NX_PASSED = `
✔  nx run processor:test

 NX   Successfully ran targets lint, typecheck, build, test, browser for 2 projects
`;

const nxFailed = ({ failed = [], skipped = [] }: Record<string, string[]>) => `
${failed.map((name) => `>  nx run ${name}\n\nThe output of ${name}.`).join('\n')}

 NX   Running targets lint, typecheck, build, test, browser for 2 projects failed

${list('Tasks not run because their dependencies failed or --nx-bail=true:', skipped)}${list('Failed tasks:', failed)}

Hint: run the command with --verbose for more details.
`;

function list(title: string, names: readonly string[]): string {
  return names.length === 0 ? '' : `${title}\n\n${names.map((name) => `- ${name}`).join('\n')}\n\n`;
}

interface Results {
  readonly passed: number;
  readonly failed?: number;
  /** Test files that could not be loaded. */
  readonly broken?: number;
  readonly testResults?: readonly object[];
}

interface Scenario {
  /** What \`nx run-many\` prints. */
  readonly nx?: string;
  readonly nxStatus?: number;
  /** What the test runs leave, by folder of the project. */
  readonly results?: Readonly<Record<string, Results>>;
  readonly permissionsStatus?: number;
  readonly prettierStatus?: number;
}

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'check-'));
  for (const script of SCRIPTS) {
    cpSync(path.join(import.meta.dirname, script), path.join(workspace, 'tools/workspace', script));
  }
  mkdirSync(path.join(workspace, 'bin'));
  for (const program of ['bash', 'curl', 'openssl', 'tar']) command(program, 'exit 0');
  symlinkSync(process.execPath, path.join(workspace, 'bin/node'));
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

function command(name: string, script: string): void {
  const file = path.join(workspace, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function write(file: string, content: unknown): void {
  const target = path.join(workspace, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
}

/** As Jest names a file of tests. */
const inWorkspace = (file: string) => path.join(realpathSync(workspace), file);

const jestResults = ({ passed, failed = 0, broken = 0, testResults = [] }: Results) => ({
  testResults,
  numPassedTests: passed,
  numFailedTests: failed,
  numRuntimeErrorTestSuites: broken,
});

/** Runs the check in a workspace whose Nx and Prettier do as the scenario says. */
async function check(scenario: Scenario, ...args: string[]) {
  const { results = { 'apps/processor': { passed: 3 } } } = scenario;
  write('nx-output.txt', scenario.nx ?? NX_PASSED);
  for (const [folder, counts] of Object.entries(results)) {
    write(`made/${folder}/test-results.json`, jestResults(counts));
  }
  const run = (status = 0) => `echo "$0 $*" TEST_FORM=$TEST_FORM >> calls.txt; exit ${status}`;
  command('prettier', run(scenario.prettierStatus).replace('$0', 'prettier'));
  command(
    'nx',
    `if [ $1 = run ]; then ${run(scenario.permissionsStatus).replace('$0', 'nx')}; fi
    /bin/cp -R made/. . && /bin/cat nx-output.txt
    echo "pass  apps/processor/src/handler.spec.ts" >> "$CHECK_PROGRESS_FILE"
    ${run(scenario.nxStatus).replace('$0', 'nx')}`,
  );
  const script = path.join(workspace, 'tools/workspace/check.mjs');
  const env = { PATH: path.join(workspace, 'bin') };
  return new Promise<{ code: number; output: string; summary: string }>((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      const summary = stdout.trimEnd().split('\n').at(-1) ?? '';
      resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}`, summary });
    });
  });
}

const calls = () => readFileSync(path.join(workspace, 'calls.txt'), 'utf8');

describe('when everything passes', () => {
  test('ends with the sum of all projects and status 0', async () => {
    const { code, output, summary } = await check({
      results: { 'apps/processor': { passed: 3 }, 'examples/webhook-consumer': { passed: 4 } },
    });
    expect(summary).toBe('7 passed, 0 failed');
    expect(output).not.toMatch(/^(Failed|Not run)/m);
    expect(code).toBe(0);
  });

  test('prints each target and each test file as it ends', async () => {
    const { output } = await check({});
    expect(output).toMatch(/^ +0:\d\d {2}done {2}processor:test$/m);
    expect(output).toMatch(/^ +0:\d\d {2}pass {2}apps\/processor\/src\/handler\.spec\.ts$/m);
  });

  test('runs every target of every project, the format, and a sample of the permissions', async () => {
    await check({});
    expect(calls()).toContain('nx run-many -t lint typecheck build test browser TEST_FORM=\n');
    expect(calls()).toContain('prettier --check --log-level=warn .');
    expect(calls()).toContain(
      'nx run e2e:permissions --exclude-task-dependencies --sample=2 TEST_FORM=\n',
    );
  });

  test('in the long form takes away every permission', async () => {
    await check({}, '--long');
    expect(calls()).toContain(
      'nx run e2e:permissions --exclude-task-dependencies TEST_FORM=long\n',
    );
  });

  test('of some projects leaves the permissions out', async () => {
    await check({}, '--projects=processor,intake');
    expect(calls()).toContain(
      'nx run-many -t lint typecheck build test browser --projects=processor,intake',
    );
    expect(calls()).not.toContain('permissions');
  });
});

describe('fails, with status 1,', () => {
  test('and counts each failed test and each test file that did not load', async () => {
    const { code, output, summary } = await check({
      nx: nxFailed({ failed: ['processor:test', 'intake:test'] }),
      nxStatus: 1,
      results: {
        'apps/processor': { passed: 3, failed: 2 },
        'apps/intake': { passed: 5, failed: 1, broken: 1 },
      },
    });
    expect(output).toContain('Failed: processor:test, intake:test. The messages are above.');
    expect(output).toContain('The output of processor:test.');
    expect(output).toMatch(/FAIL {2}processor:test/);
    expect(summary).toBe('8 passed, 4 failed');
    expect(code).toBe(1);
  });

  test('and names each failed test again at the end', async () => {
    const assertionResults = [
      { fullName: 'a batch is settled', status: 'passed' },
      { fullName: 'a batch is written once', status: 'failed' },
    ];
    const { output } = await check({
      nx: nxFailed({ failed: ['processor:test'] }),
      nxStatus: 1,
      results: {
        'apps/processor': {
          passed: 1,
          failed: 1,
          broken: 1,
          testResults: [
            { name: inWorkspace('apps/processor/a.spec.ts'), status: 'failed', assertionResults },
            {
              name: inWorkspace('apps/processor/b.spec.ts'),
              status: 'failed',
              assertionResults: [],
            },
          ],
        },
      },
    });
    expect(output).toContain('\n  apps/processor/a.spec.ts: a batch is written once\n');
    expect(output).toContain('\n  apps/processor/b.spec.ts: it did not run to its end\n');
    expect(output).not.toContain('a batch is settled');
  });

  test('and reads the list of Nx in colors too', async () => {
    const { output, summary } = await check({
      nx: nxFailed({ failed: ['processor:lint', 'intake:build'] }).replaceAll(
        /^([->]|Failed tasks:)/gm,
        (mark) => `\u001B[2m${mark}\u001B[22m`,
      ),
      nxStatus: 1,
    });
    expect(output).toContain('Failed: processor:lint, intake:build.');
    expect(summary).toBe('3 passed, 2 failed');
  });

  test('and counts a target without tests once', async () => {
    const { code, summary } = await check({
      nx: nxFailed({ failed: ['processor:lint'] }),
      nxStatus: 1,
    });
    expect(summary).toBe('3 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('and names what did not run because of it', async () => {
    const { code, output, summary } = await check({
      nx: nxFailed({
        failed: ['processor:build'],
        skipped: ['local:test', 'e2e:test'],
      }),
      nxStatus: 1,
    });
    expect(output).toContain('Failed: processor:build.');
    expect(output).toContain(
      'Not run, because something they need failed: local:test, e2e:test, e2e:permissions.',
    );
    expect(calls()).not.toContain('permissions');
    expect(summary).toBe('3 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('when the end-to-end tests fail, without trying the permissions', async () => {
    const { output } = await check({ nx: nxFailed({ failed: ['e2e:test'] }), nxStatus: 1 });
    expect(output).toContain('Not run, because something they need failed: e2e:permissions.');
    expect(calls()).not.toContain('permissions');
  });

  test('when a permission that is taken away breaks no test', async () => {
    const { code, output, summary } = await check({ permissionsStatus: 1 });
    expect(output).toContain('Failed: e2e:permissions.');
    expect(summary).toBe('3 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('when a file is not formatted', async () => {
    const { code, output, summary } = await check({ prettierStatus: 1 });
    expect(output).toContain('Failed: format.');
    expect(summary).toBe('3 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('when Nx ends without saying what failed', async () => {
    const { code, output } = await check({ nx: 'Out of memory', nxStatus: 137 });
    expect(output).toContain('Failed: nx run-many.');
    expect(code).toBe(1);
  });

  test('when no test has run, whatever an earlier run left', async () => {
    write('apps/processor/test-results.json', jestResults({ passed: 99 }));
    const { code, output, summary } = await check({ results: {} });
    expect(output).toContain('Failed: no test has run.');
    expect(summary).toBe('0 passed, 1 failed');
    expect(code).toBe(1);
  });

  test('before anything runs, when a program that the tests need is missing', async () => {
    rmSync(path.join(workspace, 'bin/curl'));
    const { code, output } = await check({});
    expect(output).toContain('need curl. Install it (on Debian and Ubuntu: apt-get install curl)');
    expect(calls).toThrow();
    expect(code).toBe(1);
  });
});
