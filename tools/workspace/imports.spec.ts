import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../..');

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'imports-'));
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

/** Runs the check of imports on these files; returns what it found, empty for nothing. */
function check(files: Readonly<Record<string, string>>): string {
  for (const [file, code] of Object.entries(files)) {
    const target = path.join(workspace, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, code);
  }
  for (const folder of ['apps', 'libs']) {
    mkdirSync(path.join(workspace, folder), { recursive: true });
  }
  const config = path.join(ROOT, '.dependency-cruiser.mjs');
  const args = ['--config', config, '--output-type', 'err', 'apps', 'libs'];
  const { stdout, status } = spawnSync('depcruise', args, { cwd: workspace, encoding: 'utf8' });
  // Coloured when Nx runs this test.
  return status === 0 ? '' : stripVTControlCharacters(stdout);
}

/** Makes a folder importable as a package of the workspace. */
function linkPackage(name: string): void {
  const scope = path.join(workspace, 'node_modules/@leaderboard');
  mkdirSync(scope, { recursive: true });
  symlinkSync(path.join(workspace, 'libs', name), path.join(scope, name));
}

const manifest = (name: string) =>
  JSON.stringify({ name: `@leaderboard/${name}`, exports: { '.': './src/index.ts' } });

describe('a circle of imports is refused', () => {
  test.each([
    ['of values', "import { b } from './b.ts'; export const a = () => b;"],
    ['of types', "import type { B } from './b.ts'; export type A = B;"],
    ['of types that are exported again', "export type { B } from './b.ts'; export type A = 1;"],
    ['with a dynamic import', "export const a = () => import('./b.ts');"],
  ])('%s', (_, code) => {
    const found = check({
      'apps/game/src/a.ts': code,
      'apps/game/src/b.ts':
        "import type { A } from './a.ts'; export type B = A; export const b = 1;",
    });
    expect(found).toContain('no-circles: apps/game/src/a.ts');
  });

  test('through packages of the workspace', () => {
    linkPackage('low');
    linkPackage('high');
    const found = check({
      'libs/low/package.json': manifest('low'),
      'libs/low/src/index.ts':
        "import type { High } from '@leaderboard/high'; export type Low = High;",
      'libs/high/package.json': manifest('high'),
      'libs/high/src/index.ts':
        "import type { Low } from '@leaderboard/low'; export type High = Low;",
    });
    expect(found).toContain('no-circles: libs/');
  });
});

describe('production code that imports what only tests use is refused', () => {
  const helper = { 'libs/testing/src/test-form.ts': 'export const size = 1;' };

  test.each([
    [
      'a static import',
      "import { size } from '../../../libs/testing/src/test-form.ts'; export { size };",
    ],
    [
      'a type import',
      "import type { size } from '../../../libs/testing/src/test-form.ts'; export type { size };",
    ],
    [
      'a dynamic import',
      "export const a = () => import('../../../libs/testing/src/test-form.ts');",
    ],
  ])('%s', (_, code) => {
    const found = check({ ...helper, 'apps/game/src/a.ts': code });
    expect(found).toContain('no-tests-in-production: apps/game/src/a.ts');
  });

  test('its own testing folder', () => {
    const found = check({
      'apps/game/src/a.ts': "export * from './testing/a-game.ts';",
      'apps/game/src/testing/a-game.ts': 'export const game = 1;',
    });
    expect(found).toContain('no-tests-in-production: apps/game/src/a.ts');
  });

  test.each(['a.spec.ts', 'testing/a-game.ts'])('but %s may import it', (file) => {
    const up = file.includes('/') ? '../../../../' : '../../../';
    const code = `export * from '${up}libs/testing/src/test-form.ts';`;
    expect(check({ ...helper, [`apps/game/src/${file}`]: code })).toBe('');
  });
});
