import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { findEngine, type FoundEngine } from './find-engine.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'find-engine-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A file that could be run, at this path below the test's folder. */
function executable(...path: string[]): string {
  const file = join(root, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, 0o755);
  return file;
}

function find(environment: Record<string, string> = {}, platform = 'darwin-arm64'): FoundEngine {
  return findEngine({ environment, platform, resolveFrom: join(root, 'project', 'main.ts') });
}

describe('the endpoint, then the package, then the PATH', () => {
  test('is the order when all three are there', () => {
    const packaged = executable('project/node_modules/@dynoxide/darwin-arm64/dynoxide');
    const onPath = executable('bin/dynoxide');
    const PATH = `${join(root, 'empty')}:${dirname(onPath)}`;
    expect(find({ LEADERBOARD_DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000/', PATH })).toEqual({
      endpoint: 'http://127.0.0.1:8000',
    });
    expect(find({ LEADERBOARD_DYNAMODB_ENDPOINT: '', PATH })).toEqual({ executable: packaged });
    rmSync(packaged);
    expect(find({ PATH })).toEqual({ executable: onPath });
  });

  test('passes over the package of another platform, folders and files that cannot be run', () => {
    executable('project/node_modules/@dynoxide/linux-x64/dynoxide');
    mkdirSync(join(root, 'folder', 'dynoxide'), { recursive: true });
    chmodSync(executable('plain', 'dynoxide'), 0o644);
    const onPath = executable('bin', 'dynoxide');
    const PATH = ['folder', 'plain', 'bin'].map((name) => join(root, name)).join(':');
    expect(find({ PATH })).toEqual({ executable: onPath });
  });

  test("takes the executable that npm's script on the PATH would start", () => {
    const script = executable('global/lib/node_modules/dynoxide/bin/dynoxide');
    const engine = executable('global/lib/node_modules/@dynoxide/darwin-arm64/dynoxide');
    mkdirSync(join(root, 'bin'));
    symlinkSync(script, join(root, 'bin', 'dynoxide'));
    expect(find({ PATH: join(root, 'bin') })).toEqual({ executable: engine });
  });

  test('takes .exe on Windows, and what the .cmd of npm would start', () => {
    executable('npm', 'dynoxide.cmd');
    expect(() => find({ Path: join(root, 'npm') }, 'win32-x64')).toThrow('No DynamoDB engine');
    const engine = executable(
      'npm/node_modules/dynoxide/node_modules/@dynoxide/win32-x64/dynoxide.exe',
    );
    expect(find({ Path: join(root, 'npm') }, 'win32-x64')).toEqual({ executable: engine });
    const installed = executable('cargo', 'dynoxide.exe');
    const Path = `${join(root, 'cargo')};${join(root, 'npm')}`;
    expect(find({ Path }, 'win32-x64')).toEqual({ executable: installed });
  });
});

test('without any, one message says what was looked for and how to get one', () => {
  executable('bin', 'dynoxide.exe');
  let message = '';
  try {
    find({ PATH: join(root, 'bin') });
  } catch (error) {
    ({ message } = error as Error);
  }
  for (const part of [
    'No DynamoDB engine for darwin-arm64',
    '@dynoxide/darwin-arm64',
    'brew install nubo-db/tap/dynoxide',
    'cargo install dynoxide-rs',
    'npm install --global dynoxide',
    'LEADERBOARD_DYNAMODB_ENDPOINT=http://127.0.0.1:8000',
  ]) {
    expect(message).toContain(part);
  }
});

test.each([
  'https://dynamodb.us-west-1.amazonaws.com',
  'http://dynamodb.us-west-1.amazonaws.com',
  'https://127.0.0.1:8000',
  '127.0.0.1:8000',
  'http://127.0.0.1.example.com',
])('an endpoint elsewhere is refused: %s', (endpoint) => {
  expect(() => find({ LEADERBOARD_DYNAMODB_ENDPOINT: endpoint })).toThrow(
    `LEADERBOARD_DYNAMODB_ENDPOINT must be an http URL on this machine, for example http://127.0.0.1:8000, got "${endpoint}".`,
  );
});

test.each([
  ['http://localhost:8000/', 'http://localhost:8000'],
  ['http://[::1]:8000', 'http://[::1]:8000'],
])('an endpoint on this machine is taken: %s', (value, endpoint) => {
  expect(find({ LEADERBOARD_DYNAMODB_ENDPOINT: value })).toEqual({ endpoint });
});
