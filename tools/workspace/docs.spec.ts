import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let workspace: string;

beforeEach(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'docs-'));
  const script = 'tools/workspace/docs.mjs';
  cpSync(path.join(import.meta.dirname, 'docs.mjs'), path.join(workspace, script));
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

/** Checks these files; returns what is wrong, a line each. */
function check(files: Readonly<Record<string, string>>): string[] {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    writeFileSync(path.join(workspace, file), text);
  }
  const script = path.join(workspace, 'tools/workspace/docs.mjs');
  const { stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  const problems = stderr.split('\n').filter((line) => line !== '');
  expect(status).toBe(problems.length === 0 ? 0 : 1);
  return problems;
}

test('links to files and headings of the repository pass', () => {
  const problems = check({
    'README.md':
      '[a](docs/a.md) [b](docs/a.md#a-heading) [c](#top) [d](https://example.com)\n# Top\n',
    'docs/a.md': '# A `heading`\n[up](../README.md#top)\n',
  });
  expect(problems).toEqual([]);
});

test('a link to a missing file or heading is named with its line', () => {
  const problems = check({ 'README.md': '# Top\n[a](docs/a.md)\n[b](#bottom)\n' });
  expect(problems).toEqual([
    expect.stringMatching(/^README\.md:2 links to docs\/a\.md/),
    expect.stringMatching(/^README\.md:3 links to #bottom/),
  ]);
});

test('a table wider than 120 columns is named once', () => {
  const row = `| ${'x'.repeat(117)} |\n`;
  expect(row).toHaveLength(122);
  expect(check({ 'README.md': row.repeat(3) })).toEqual([
    expect.stringMatching(/^README\.md:1 has a table of 121 columns/),
  ]);
});

test('a target that Nx does not have is named, in code blocks too', () => {
  const problems = check({
    'apps/infra/package.json': '{ "nx": { "name": "infra", "targets": { "up": {} } } }',
    'tools/boards/project.json': '{ "name": "boards", "targets": { "plan": {} } }',
    'README.md':
      '`nx run infra:up`\n```sh\nnpx nx run boards:plan && npx nx run infra:test\nnpx nx run boards:paln\n```\n',
  });
  expect(problems).toEqual(['README.md:4 runs boards:paln, which Nx does not have']);
});

test('-- in a command that deploys is named, in code blocks too', () => {
  const problems = check({
    'apps/infra/package.json':
      '{ "nx": { "name": "infra", "targets": { "outputs": {}, "destroy": {}, "up": {} } } }',
    'tools/loadgen/package.json': '{ "nx": { "name": "loadgen", "targets": { "run": {} } } }',
    'README.md':
      '`nx run infra:outputs -- --json`\n```sh\nnx run infra:destroy --stack prod -- --yes\n```\n' +
      '`nx run infra:up --yes` -- `nx run loadgen:run -- --seed 2`\n',
  });
  expect(problems).toEqual([
    expect.stringMatching(/^README\.md:1 has infra:outputs -- …; leave -- out/),
    expect.stringMatching(/^README\.md:3 has infra:destroy --stack prod -- …/),
  ]);
});

test('links in code blocks and in installed packages are not read', () => {
  const problems = check({
    'README.md': '```md\n[a](nowhere.md)\n```\n',
    'node_modules/package/README.md': '[a](nowhere.md)\n',
  });
  expect(problems).toEqual([]);
});
