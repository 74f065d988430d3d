import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Item } from '../table/attributes.ts';

/** Which run a file of progress belongs to: it is of no use to another. */
export interface RunIdentity {
  readonly ledger: string;
  readonly standings: string;
  /** Hashes of the board definitions. */
  readonly definitions: string;
  readonly mode: 'write' | 'check';
}

/** How far one segment of a table is done. */
export interface SegmentProgress {
  /** Key of the last item of the last player that is done; absent before the first. */
  after?: Item;
  isDone: boolean;
}

export interface Counts {
  /** Ledger items folded. */
  updates: number;
  players: number;
  /** Items that differed; when writing, each of them is written. */
  differences: number;
  failedPlayers: number;
  /** Versions that the ledger lacks. */
  missingUpdates: number;
}

/** All that a run needs to go on where it was stopped. */
export interface Checkpoint extends RunIdentity {
  readonly format: 2;
  /** Tells this run from others; the same after a resumption. */
  readonly run: string;
  readonly ledgerSegments: SegmentProgress[];
  readonly standingsSegments: SegmentProgress[];
  readonly counts: Counts;
  /** Check only: players that differed once, and are compared again at the end. */
  readonly suspects: string[];
}

/** The file of progress cannot be used. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'UNUSABLE_CHECKPOINT';
}

export function newCheckpoint(identity: RunIdentity, segments: number, run: string): Checkpoint {
  const untouched = () => Array.from({ length: segments }, () => ({ isDone: false }));
  return {
    format: 2,
    run,
    ...identity,
    ledgerSegments: untouched(),
    standingsSegments: untouched(),
    counts: { updates: 0, players: 0, differences: 0, failedPlayers: 0, missingUpdates: 0 },
    suspects: [],
  };
}

/**
 * Where a run was stopped, or undefined when there is no such file.
 *
 * @throws {CheckpointError} when the file is of another run, or not one of ours
 */
export async function loadCheckpoint(
  path: string,
  identity: RunIdentity,
): Promise<Checkpoint | undefined> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const checkpoint = parse(path, content);
  for (const key of ['ledger', 'standings', 'definitions', 'mode'] as const) {
    if (checkpoint[key] !== identity[key]) {
      throw new CheckpointError(
        `${path} is of another run: its ${key} is "${checkpoint[key]}", this one's "${identity[key]}". ` +
          'Name another file, or remove this one to start anew.',
      );
    }
  }
  return checkpoint;
}

/**
 * Written complete or not at all.
 *
 * @throws {CheckpointError} when the file cannot be written
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify(checkpoint)}\n`);
    await rename(draft, path);
  } catch (error) {
    throw new CheckpointError(
      `The progress cannot be kept in ${path}: ${(error as Error).message}. ` +
        'Name a file with --resume in a folder that exists and can be written to.',
    );
  }
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}

function parse(path: string, content: string): Checkpoint {
  try {
    const checkpoint = JSON.parse(content) as Partial<Checkpoint>;
    if (checkpoint.format === 2) return checkpoint as Checkpoint;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CheckpointError(
    `${path} is not a file of rebuild progress. Name another file, or remove this one to start anew.`,
  );
}
