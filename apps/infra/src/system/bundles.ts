import { existsSync } from 'node:fs';
import { join } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import { WORKSPACE_ROOT } from '../workspace.ts';

/** The app that builds each function, by the name of the function's bundle. */
const APPS = {
  processor: 'processor',
  projector: 'standings',
  compactor: 'standings',
  auditor: 'standings',
  snapshotter: 'standings',
  'leaderboard-api': 'leaderboard-api',
  validator: 'intake',
  router: 'intake',
  sweep: 'intake',
  updates: 'intake',
} as const;

export type BundleName = keyof typeof APPS;

/** Absolute paths of the bundles. */
export type Bundles = Readonly<Record<BundleName, string>>;

/** Finds the built bundle of a function. */
export type BundleLocator = (app: string, functionName: string) => string;

/**
 * The absolute path of `apps/<app>/dist/<function>`.
 *
 * @throws RunError when it is not built, with the command that builds it.
 * @example
 * builtBundle('processor', 'processor');
 */
export const builtBundle: BundleLocator = (app, functionName) => {
  const bundle = join(WORKSPACE_ROOT, 'apps', app, 'dist', functionName);
  if (existsSync(join(bundle, 'index.mjs'))) return bundle;
  throw new pulumi.RunError(
    `The function ${functionName} is not built: ${join(bundle, 'index.mjs')} is missing. Run: npx nx run ${app}:build`,
  );
};

/** The bundles of all functions. */
export function locateBundles(locate: BundleLocator): Bundles {
  const located = Object.entries(APPS).map(([name, app]) => [name, locate(app, name)]);
  return Object.fromEntries(located) as Bundles;
}
