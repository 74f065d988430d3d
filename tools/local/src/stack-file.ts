import { mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { LocalStackError } from './errors.ts';

/** What a running stack tells its users: where to call it, and the outputs of the Pulumi program. */
export interface StackDescription {
  readonly region: string;
  readonly endpoints: {
    readonly sqs: string;
    readonly dynamodb: string;
    /** Only with `--faults`: the control API for tests. */
    readonly control?: string;
    /** Only with `--faults`: the Lambda API, which functions and schedules call. */
    readonly lambda?: string;
  };
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Written complete or not at all: who sees the file can use the stack. */
export async function writeStackFile(path: string, stack: StackDescription): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${String(process.pid)}`;
  await writeFile(draft, `${JSON.stringify(stack, undefined, 2)}\n`);
  await rename(draft, path);
}

export async function readStackFile(path: string): Promise<StackDescription | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StackDescription;
  } catch {
    return undefined;
  }
}

/** Removes the file, and the folder `.local` with it when nothing else is in there. */
export async function removeStackFile(path: string): Promise<void> {
  await rm(path, { force: true });
  if (basename(dirname(path)) === '.local') await rmdir(dirname(path)).catch(() => undefined);
}

/** @throws LocalStackError `InvalidOption` when the stack that the file describes still answers. */
export async function refuseSecondStack(path: string): Promise<void> {
  const other = await readStackFile(path);
  if (other === undefined) return;
  const answers = await fetch(other.endpoints.sqs, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  );
  if (answers) {
    throw new LocalStackError(
      'InvalidOption',
      `A local stack is already running on ${path} (SQS on ${other.endpoints.sqs}). ` +
        'Stop it first, or give this one a file of its own: --stack-file <path>.',
    );
  }
}
