import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PROJECT_ROOT, WORKSPACE_ROOT } from '../workspace.ts';

/** What the program deploys, below `apps`. */
const BUNDLES = [
  'leaderboard-api/dist/leaderboard-api',
  'processor/dist/processor',
  'standings/dist/projector',
  'standings/dist/compactor',
  'standings/dist/auditor',
  'standings/dist/snapshotter',
  'intake/dist/router',
  'intake/dist/sweep',
  'intake/dist/updates',
  'intake/dist/validator',
];

/** A copy of the workspace with nothing but this project, so that no other project has to be built and no file here changes. */
export interface ProjectCopy extends Disposable {
  /** The folder that is this project in the copy. */
  project: string;
  /** The folder of the workspace. */
  workspace: string;
}

export function copyOfProject(): ProjectCopy {
  const workspace = mkdtempSync(join(tmpdir(), 'infra-program-'));
  const project = join(workspace, 'apps/infra');
  for (const part of ['src', 'policy-pack', 'package.json', 'Pulumi.yaml']) {
    cpSync(join(PROJECT_ROOT, part), join(project, part), { recursive: true });
  }
  symlinkSync(join(WORKSPACE_ROOT, 'node_modules'), join(workspace, 'node_modules'));
  for (const built of BUNDLES) {
    const bundle = join(workspace, 'apps', built);
    mkdirSync(bundle, { recursive: true });
    writeFileSync(join(bundle, 'index.mjs'), 'export const handler = () => {};');
  }
  const page = join(PROJECT_ROOT, 'src/testing/sample-site');
  cpSync(page, join(workspace, 'apps/dashboard/dist'), { recursive: true });
  for (const file of ['libs/ranking/boards.json', 'apps/intake/openapi.json']) {
    cpSync(join(WORKSPACE_ROOT, file), join(workspace, file));
  }
  return {
    project,
    workspace,
    [Symbol.dispose]: () => rmSync(workspace, { recursive: true }),
  };
}
