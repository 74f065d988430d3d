import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { SETTINGS } from '../config/settings.ts';
import { graphOf } from '../testing/program.ts';
import { EXECUTORS, renderExecutorSchemas } from './executor-schemas.ts';
import { README, renderReadme } from './readme.ts';

test('the README lists every option and setting; if not, run: npx nx run infra:config-docs', async () => {
  const readme = await readFile(README, 'utf8');
  for (const key of Object.keys(SETTINGS)) expect(readme).toContain(`- \`${key}\``);
  expect(readme).toBe(await renderReadme());
});

test('the README lists every output', async () => {
  const { outputs } = await graphOf();
  const readme = await readFile(README, 'utf8');
  for (const name of Object.keys(outputs)) expect(readme).toContain(`\`${name}\``);
});

const schemas = await renderExecutorSchemas();

test.each(Object.keys(schemas))(
  '%s has the declared options; if not, run: npx nx run infra:config-docs',
  async (file) => {
    expect(await readFile(join(EXECUTORS, file), 'utf8')).toBe(schemas[file]);
  },
);

test.each(Object.keys(schemas))('%s: Nx accepts the default of every option', (file) => {
  const { properties } = JSON.parse(schemas[file] ?? '') as {
    properties: Record<string, { type: string; default?: unknown }>;
  };
  for (const [name, option] of Object.entries(properties)) {
    if (typeof option.default !== 'string' && typeof option.default !== 'number') continue;
    expect({ name, type: option.type }).toEqual({ name, type: typeof option.default });
  }
});
