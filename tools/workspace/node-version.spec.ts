import { execFile } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPTS = ['tools/workspace/install.mjs', 'tools/workspace/node-version.mjs'];

interface Exit {
  readonly code: number;
  readonly output: string;
}

/** Runs a command of the workspace on a Node that claims another version or platform. */
function run(
  command: string,
  args: readonly string[],
  pretended: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<Exit> {
  const pretend = Object.entries(pretended).map(
    ([name, value]) => `Object.defineProperty(process,'${name}',{value:'${String(value)}'});`,
  );
  const env = {
    ...process.env,
    ...environment,
    NODE_OPTIONS: `--import=data:text/javascript,${pretend.join('')}`,
  };
  return new Promise((done) => {
    execFile(command, args, { cwd: ROOT, env }, (error, stdout, stderr) => {
      done({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` });
    });
  });
}

const REQUIRE_NODE = [join(ROOT, 'tools/workspace/require-node.mjs')];

test.each([
  ['npm start', 'npm', ['run', '--silent', 'demo']],
  ['npm test', 'npm', ['run', '--silent', 'check']],
  ['npm run lint', 'npm', ['run', '--silent', 'target', '--', 'lint']],
  ['a target that is a command', 'nx', ['run', 'contracts:generate']],
  ['a target with an executor', 'nx', ['run', 'infra:outputs']],
])('%s on Node 20 fails with what it needs, and does nothing else', async (_, command, args) => {
  const { code, output } = await run(command, args, { version: 'v20.20.2' });
  expect(output).toContain('This project needs Node 24 or newer; this command runs on v20.20.2');
  expect(output).not.toMatch(/ERR_|strict mode|Building/);
  expect(code).toBe(1);
});

test('what Nx loads to plan a command imports no TypeScript, which an older Node cannot load', () => {
  const files = globSync('{*.mjs,*/*/jest.config.mjs,tools/workspace/node-version*.mjs}', {
    cwd: ROOT,
  });
  expect(files).toContain('jest.preset.mjs');
  expect(
    files.filter((file) => /^import .*\.ts'/m.test(readFileSync(join(ROOT, file), 'utf8'))),
  ).toEqual([]);
});

describe('the first step of npm start and npm test', () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'install-'));
    for (const path of ['package-lock.json', ...SCRIPTS])
      cpSync(join(ROOT, path), join(copy, path));
    mkdirSync(join(copy, 'node_modules'));
    writeFileSync(join(copy, 'npm'), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(copy, { recursive: true });
  });

  const install = (pretended: object) =>
    run(process.execPath, [join(copy, 'tools/workspace/install.mjs')], pretended, {
      PATH: `${copy}:${process.env['PATH'] ?? ''}`,
    });

  test('installs Node with the dependencies where npm has it', async () => {
    const { code, output } = await install({ version: 'v20.20.2', platform: 'linux', arch: 'x64' });
    expect(output).toContain('npm ci --loglevel=error');
    expect(code).toBe(0);
  });

  test('where npm has none and Node is too old, fails with what to do and installs nothing', async () => {
    const { code, output } = await install({ version: 'v22.21.0', platform: 'openbsd' });
    expect(output).toContain(`npm has no Node 24 for openbsd-${process.arch} to bundle`);
    expect(output).toContain('Install Node 24 or newer (https://nodejs.org)');
    expect(output).not.toContain('npm ci');
    expect(code).toBe(1);
  });

  test('where npm has none and Node is new enough, installs', async () => {
    const { code, output } = await install({ version: 'v24.0.0', platform: 'openbsd' });
    expect(output).toContain('npm ci --loglevel=error');
    expect(code).toBe(0);
  });
});

test.each(['v24.0.0', 'v26.1.0'])('Node %s is new enough', async (version) => {
  expect(await run(process.execPath, REQUIRE_NODE, { version })).toEqual({ code: 0, output: '' });
});
