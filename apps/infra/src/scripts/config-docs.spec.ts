import { readFile } from 'node:fs/promises';

import { expect, test } from '@jest/globals';

import { CONFIG_OPTIONS } from '../config/settings.ts';
import { README, renderReadme } from './config-docs.ts';

test('the README documents the configuration as it is; else run: npx nx run infra:config-docs', async () => {
  const readme = await readFile(README, 'utf8');
  for (const key of Object.keys(CONFIG_OPTIONS)) expect(readme).toContain(`| \`${key}\``);
  expect(readme).toBe(await renderReadme());
});
