import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { LocalStackError } from '../shared/errors.ts';
import type { StackDescription } from '../stack.ts';
import { formatStackEnvironment } from './stack-environment.ts';

const DEFAULT_STACK_FILE = '.local/stack.json';

/** Stacks that find their places by themselves: more of them on one machine is a mistake. */
const MOST_STACKS = 20;

/** `.local/stack.json`, `.local/stack-2.json`, …: where a stack without a file of its own describes itself. */
export function defaultStackFiles(): string[] {
  return Array.from({ length: MOST_STACKS }, (_, index) =>
    index === 0
      ? DEFAULT_STACK_FILE
      : DEFAULT_STACK_FILE.replace('.json', `-${String(index + 1)}.json`),
  );
}

/** The same as variables to load into a shell, beside the stack file: `.local/stack.env`. */
export function environmentFileOf(stackFile: string): string {
  return `${stackFile.replace(/\.json$/, '')}.env`;
}

/**
 * Describes the stack in the first of the files that no running stack has. The file is written complete or not at all:
 * who sees it can use the stack.
 *
 * @returns the file that was written
 * @throws LocalStackError `InvalidOption` when running stacks have them all.
 */
export async function writeStackFile(
  candidates: readonly string[],
  stack: StackDescription,
): Promise<string> {
  for (const path of candidates) {
    if (!(await writeUnlessHeld(path, stack))) continue;
    await writeFile(environmentFileOf(path), formatStackEnvironment(stack));
    return path;
  }
  throw await heldError(candidates);
}

async function writeUnlessHeld(path: string, stack: StackDescription): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(stack, undefined, 2)}\n`);
  try {
    // Of two stacks that start at the same time, one gets the file.
    await link(draft, path);
    await rm(draft);
    return true;
  } catch {
    if ((await runningStackOf(path)) !== undefined) {
      await rm(draft);
      return false;
    }
    // Left behind by a stack that was killed, or a file system without links.
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
 * Removes the file and its variables, and the folder `.local` with them when nothing else is in there. A file that another
 * stack has taken over stays.
 *
 * @param pid of the stack that wrote the file
 */
export async function removeStackFile(path: string, pid: number): Promise<void> {
  if ((await readStackFile(path))?.pid !== pid) return;
  await rm(path, { force: true });
  await rm(environmentFileOf(path), { force: true });
  if (basename(dirname(path)) === '.local') await rmdir(dirname(path)).catch(() => undefined);
}

/** A stack that is gone refuses the connection; one on a busy machine answers late. */
const ANSWER_TIMEOUT_MS = 10_000;

/** @throws LocalStackError `InvalidOption` when each of the files describes a stack that is running. */
export async function refuseHeldStackFiles(candidates: readonly string[]): Promise<void> {
  for (const path of candidates) {
    if ((await runningStackOf(path)) === undefined) return;
  }
  throw await heldError(candidates);
}

async function heldError(candidates: readonly string[]): Promise<LocalStackError> {
  const [path = ''] = candidates;
  const url = (await readStackFile(path))?.endpoints.sqs ?? 'an unknown port';
  return new LocalStackError(
    'InvalidOption',
    `A local stack is already running on ${path} (SQS on ${url}). ` +
      'Stop it first, or give this one a file of its own: --stack-file <path>.',
  );
}

/** The stack of the file, if it is running: its process lives, and its SQS answers. */
async function runningStackOf(path: string): Promise<StackDescription | undefined> {
  const stack = await readStackFile(path);
  if (stack === undefined || !isAlive(stack.pid)) return undefined;
  return fetch(stack.endpoints.sqs, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }).then(
    () => stack,
    () => undefined,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
