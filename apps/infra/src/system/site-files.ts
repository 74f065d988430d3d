import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import type { SiteFile } from '../components/static-site.ts';
import { WORKSPACE_ROOT } from '../workspace.ts';

/** Finds the files of a built page. */
export type SiteLocator = (app: string) => SiteFile[];

/**
 * The files of `apps/<app>/dist`, by their keys.
 *
 * @throws RunError when the page is not built, with the command that builds it.
 * @example
 * builtSite('dashboard'); // [{ key: 'assets/index-1a2b.js', path: '/…' }, { key: 'index.html', path: '/…' }]
 */
export const builtSite: SiteLocator = (app) => {
  const folder = join(WORKSPACE_ROOT, 'apps', app, 'dist');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new pulumi.RunError(
      `The page ${app} is not built: ${join(folder, 'index.html')} is missing. Run: npx nx run ${app}:build`,
    );
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { key: relative(folder, path).split(sep).join('/'), path };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1));
};
