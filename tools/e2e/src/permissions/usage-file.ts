import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeniedAccess, Grant, StackControl } from '@leaderboard/local/stack-control';

/** What one stack of one spec file granted, which of it was needed, and what was denied. */
export interface StackUsage {
  /** File name of the spec. */
  readonly spec: string;
  readonly grants: readonly Grant[];
  readonly used: readonly Grant[];
  readonly denied: readonly DeniedAccess[];
}

/** Where the specs leave their usage for the report at the end and for the mutation of permissions. */
export const USAGE_FOLDER = path.resolve(import.meta.dirname, '../../.local/permissions');

/** Writes down what a stack's policies were used for; to be called before it is stopped. */
export async function writeUsage(
  folder: string,
  specPath: string,
  control: StackControl,
): Promise<void> {
  const spec = path.basename(specPath);
  const [grants, { used, denied }] = await Promise.all([control.grants(), control.accessUsage()]);
  const usage: StackUsage = { spec, grants: grants.map(stable), used: used.map(stable), denied };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${spec}.${randomUUID()}.json`), JSON.stringify(usage));
}

/** A stream's ARN ends with the time at which its table was created. */
function stable(grant: Grant): Grant {
  return { ...grant, resource: grant.resource.replace(/\/stream\/[^/]+$/, '/stream/<label>') };
}

export async function readUsage(folder: string): Promise<StackUsage[]> {
  const files = await usageFiles(folder);
  return Promise.all(
    files.map(
      async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as StackUsage,
    ),
  );
}

/** Removes what earlier runs have left, of the specs that the predicate names. */
export async function removeUsage(
  folder: string,
  isOutdated: (spec: string) => boolean,
): Promise<void> {
  for (const file of await usageFiles(folder)) {
    const spec = file.split('.').slice(0, -2).join('.');
    if (isOutdated(spec)) await rm(path.join(folder, file), { force: true });
  }
}

async function usageFiles(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.json'));
}
