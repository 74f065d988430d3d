import { readFile } from 'node:fs/promises';

import { expect, test } from '@jest/globals';

import { SETTINGS } from '../config/settings.ts';
import { README, renderReadme } from './config-docs.ts';

test('the README lists every setting; if not, run: npx nx run infra:config-docs', async () => {
  const readme = await readFile(README, 'utf8');
  for (const key of Object.keys(SETTINGS)) expect(readme).toContain(`- \`${key}\``);
  expect(readme).toBe(await renderReadme());
});
