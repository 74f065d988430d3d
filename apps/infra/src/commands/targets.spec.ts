import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { INFRA_COMMANDS } from './options.ts';
import { PROJECT_ROOT } from '../workspace.ts';

/** The options of an executor's schema, which `nx run infra:<target> --help` lists. */
function optionsOfSchema(executor: string): string[] {
  const file = join(PROJECT_ROOT, `nx/${executor}-executor.schema.json`);
  const { properties } = JSON.parse(readFileSync(file, 'utf8')) as { properties: object };
  // What the target sets, and what Nx fills in.
  return Object.keys(properties).filter((name) => !['command', '__unparsed__'].includes(name));
}

/** The options in the help of a script. */
function optionsOfHelp(script: string, ...args: string[]): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [join(PROJECT_ROOT, 'src', script), ...args, '--help'],
    { encoding: 'utf8' },
  );
  return [...stdout.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)]
    .map(([, option = '']) => option)
    .filter((option) => option !== 'help');
}

test('nx lists the options of the commands that run Pulumi', () => {
  const commands = Object.keys(INFRA_COMMANDS);
  const options = new Set(
    commands.flatMap((command) => optionsOfHelp('commands/infra.ts', command)),
  );
  expect(optionsOfSchema('pulumi').sort()).toEqual([...options].sort());
});

test('every command that runs Pulumi is a target', () => {
  const { nx } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    nx: { targets: Record<string, { executor?: string; options?: object }> };
  };
  for (const command of Object.keys(INFRA_COMMANDS)) {
    expect(nx.targets).toHaveProperty(command);
    expect(nx.targets[command]).toMatchObject({
      executor: '@leaderboard/infra:pulumi',
      options: { command },
    });
  }
});

test('nx lists the options of the cost estimate', () => {
  expect(optionsOfSchema('cost').sort()).toEqual(optionsOfHelp('commands/cost.ts').sort());
});

test('every command can run in a fresh clone: what it imports is generated or built before', () => {
  const { nx } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    nx: { targets: Record<string, { executor?: string; dependsOn?: unknown[] }> };
  };
  // A target without an executor has the workspace's defaults.
  const commands = Object.entries(nx.targets).filter(([, { executor }]) => executor !== undefined);
  expect(commands.length).toBeGreaterThan(0);
  for (const [name, { dependsOn }] of commands) {
    const before = JSON.stringify(dependsOn ?? []);
    expect({ name, before }).toEqual({
      name,
      before: expect.stringMatching(/"\^generate"|"target":"build"/),
    });
  }
});

test('no description of a target separates options with --, which Nx would drop options for', () => {
  const targets = readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8');
  expect(targets).not.toMatch(/"description": ".*infra:.* -- /);
});
