import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { LocalStackError } from '../shared/errors.ts';
import type { StackDescription } from '../stack.ts';
import { formatStackEnvironment } from './stack-environment.ts';

const DEFAULT_STACK_FILE = '.local/stack.json';

/** The most stacks without `--stack-file` on one machine. */
const MOST_STACKS = 20;

/** `.local/stack.json`, `.local/stack-2.json`, …: the files of stacks without `--stack-file`. */
export function defaultStackFiles(): string[] {
  return Array.from({ length: MOST_STACKS }, (_, index) =>
    index === 0
      ? DEFAULT_STACK_FILE
      : DEFAULT_STACK_FILE.replace('.json', `-${String(index + 1)}.json`),
  );
}

/** The file with the same as shell variables, beside the stack file: `.local/stack.env`. */
export function environmentFileOf(stackFile: string): string {
  return `${stackFile.replace(/\.json$/, '')}.env`;
}

/**
 * Describes the stack in the first file that no running stack has. The file is written atomically: whoever reads it can
 * use the stack.
 *
 * @returns the file that was written
 * @throws LocalStackError `InvalidOption` if running stacks have all files
 */
export async function writeStackFile(
  candidates: readonly string[],
  stack: StackDescription,
): Promise<string> {
  for (const path of candidates) {
    if (!(await writeUnlessInUse(path, stack))) continue;
    await writeFile(environmentFileOf(path), formatStackEnvironment(stack));
    return path;
  }
  throw await inUseError(candidates);
}

async function writeUnlessInUse(path: string, stack: StackDescription): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(stack, undefined, 2)}\n`);
  try {
    // If two stacks start at the same time, one of them gets the file.
    await link(draft, path);
    await rm(draft);
    return true;
  } catch {
    if ((await runningStackOf(path)) !== undefined) {
      await rm(draft);
      return false;
    }
    // A killed stack left the file behind, or the file system has no links.
    await rename(draft, path);
    return true;
  }
}

export async function readStackFile(path: string): Promise<StackDescription | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as StackDescription;
  } catch {
    return undefined;
  }
}

/**
 * Removes the file and its variables, and the folder `.local` if it is empty then. A file that another stack has taken over
 * stays.
 *
 * @param pid process id of the stack that wrote the file
 */
export async function removeStackFile(path: string, pid: number): Promise<void> {
  if ((await readStackFile(path))?.pid !== pid) return;
  await rm(path, { force: true });
  await rm(environmentFileOf(path), { force: true });
  if (basename(dirname(path)) === '.local') await rmdir(dirname(path)).catch(() => undefined);
}

/** Long enough for a stack on a busy machine to respond; a stack that has ended refuses the connection. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** @throws LocalStackError `InvalidOption` if each of the files describes a running stack */
export async function rejectStackFilesInUse(candidates: readonly string[]): Promise<void> {
  for (const path of candidates) {
    if ((await runningStackOf(path)) === undefined) return;
  }
  throw await inUseError(candidates);
}

async function inUseError(candidates: readonly string[]): Promise<LocalStackError> {
  const [path = ''] = candidates;
  const url = (await readStackFile(path))?.endpoints.sqs ?? 'an unknown port';
  return new LocalStackError(
    'InvalidOption',
    `A local stack is already running on ${path} (SQS on ${url}). ` +
      'Stop it first, or give this stack another file: --stack-file <path>.',
  );
}

/** The stack of the file, if it is running: its process exists and its SQS responds. */
async function runningStackOf(path: string): Promise<StackDescription | undefined> {
  const stack = await readStackFile(path);
  if (stack === undefined || !isAlive(stack.pid)) return undefined;
  return fetch(stack.endpoints.sqs, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) }).then(
    () => stack,
    () => undefined,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
