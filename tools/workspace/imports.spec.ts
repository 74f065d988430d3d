import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const CONFIG = path.resolve(import.meta.dirname, '../../.dependency-cruiser.mjs');

/** Each case is an app whose `a.ts` holds this code. */
const CIRCLES = {
  values: "import { b } from './b.ts'; export const a = () => b;",
  types: "import type { B } from './b.ts'; export type A = B;",
  'types exported again': "export type { B } from './b.ts'; export type A = 1;",
  'a dynamic import': "export const a = () => import('./b.ts');",
};
const TEST_FORM = '../../../libs/testing/src/test-form.ts';
const TESTS_IN_PRODUCTION = {
  'a static import': `import { size } from '${TEST_FORM}'; export { size };`,
  'a type import': `import type { size } from '${TEST_FORM}'; export type { size };`,
  'an import() that runs later': `export const a = () => import('${TEST_FORM}');`,
  'its own testing folder': "export * from './testing/a-game.ts';",
};

const appOf = (name: string) => `apps/${name.replaceAll(/\W+/g, '-')}`;
const manifest = (name: string) =>
  JSON.stringify({ name: `@leaderboard/${name}`, exports: { '.': './src/index.ts' } });

const FILES: Record<string, string> = {
  'libs/testing/src/test-form.ts': 'export const size = 1;',
  'libs/low/package.json': manifest('low'),
  'libs/low/src/index.ts': "import type { High } from '@leaderboard/high'; export type Low = High;",
  'libs/high/package.json': manifest('high'),
  'libs/high/src/index.ts': "import type { Low } from '@leaderboard/low'; export type High = Low;",
  'apps/leaderboard-api/src/reads/a-read.ts': "export * from '../http/a-response.ts';",
  'apps/leaderboard-api/src/http/a-response.ts': 'export const status = 200;',
  'apps/fine/src/a.spec.ts': `export * from '${TEST_FORM}';`,
  'apps/fine/src/testing/a-game.ts': `export * from '../${TEST_FORM}';`,
};
for (const [name, code] of Object.entries(CIRCLES)) {
  FILES[`${appOf(name)}/src/a.ts`] = code;
  FILES[`${appOf(name)}/src/b.ts`] =
    "import type { A } from './a.ts'; export type B = A; export const b = 1;";
}
for (const [name, code] of Object.entries(TESTS_IN_PRODUCTION)) {
  FILES[`${appOf(name)}/src/a.ts`] = code;
  FILES[`${appOf(name)}/src/testing/a-game.ts`] = 'export const game = 1;';
}

let workspace: string;
let found: string;

beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'imports-'));
  for (const [file, code] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    writeFileSync(path.join(workspace, file), code);
  }
  const packages = path.join(workspace, 'node_modules/@leaderboard');
  mkdirSync(packages, { recursive: true });
  for (const name of ['low', 'high']) {
    symlinkSync(path.join(workspace, 'libs', name), path.join(packages, name));
  }
  const args = ['--config', CONFIG, '--output-type', 'err', 'apps', 'libs'];
  const { stdout, status } = spawnSync('depcruise', args, { cwd: workspace, encoding: 'utf8' });
  expect(status).toBeGreaterThan(0);
  // Coloured when Nx runs this test.
  found = stripVTControlCharacters(stdout);
});
afterAll(() => {
  rmSync(workspace, { recursive: true });
});

describe('a circle of imports is refused', () => {
  test.each(Object.keys(CIRCLES))('of %s', (name) => {
    expect(found).toContain(`no-circles: ${appOf(name)}/src/a.ts`);
  });

  test('through packages of the workspace', () => {
    expect(found).toMatch(/no-circles: libs\/(low|high)\/src\/index\.ts/);
  });
});

describe('production code cannot import what only tests use', () => {
  test.each(Object.keys(TESTS_IN_PRODUCTION))('by %s', (name) => {
    expect(found).toContain(`no-tests-in-production: ${appOf(name)}/src/a.ts`);
  });

  test('but tests can', () => {
    expect(found).not.toContain('apps/fine');
  });
});

test('a lower folder of a project cannot import a higher one', () => {
  expect(found).toContain('no-imports-upwards: apps/leaderboard-api/src/reads/a-read.ts');
});
