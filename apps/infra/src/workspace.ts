import { resolve } from 'node:path';

/** Absolute path of this project: the folder with Pulumi.yaml. */
export const PROJECT_ROOT = resolve(import.meta.dirname, '..');

/** Absolute path of the repository. */
export const WORKSPACE_ROOT = resolve(PROJECT_ROOT, '../..');
