import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Attributes } from '@leaderboard/tables';
import type { Difference } from './rebuild-player.ts';

/** Which run a file belongs to: no other run can use it. */
export interface RunIdentity {
  readonly ledger: string;
  readonly processedEvents: string;
  readonly mode: 'apply' | 'dry-run';
}

/** How far one segment of a table is done. */
export interface SegmentPosition {
  /** Key after which to go on: in the ledger, that of the last item of the last player that is done. */
  after?: Attributes;
  isDone: boolean;
}

export interface Counts {
  /** Ledger items. */
  updates: number;
  players: number;
  /** Players with a damaged item: nothing of theirs was written. */
  failedPlayers: number;
  readonly differences: Record<Difference['kind'], number>;
}

/** All that a run needs to go on where it was stopped. */
export interface Position extends RunIdentity {
  /** Of the ledger. */
  readonly segments: SegmentPosition[];
  /** Of the processed events, which are compared when the ledger is done. */
  readonly headSegments: SegmentPosition[];
  readonly counts: Counts;
}

/** The file cannot be used. */
export class PositionFileError extends Error {
  override readonly name = 'PositionFileError';
  readonly code = 'UnusablePositionFile';
}

export function newPosition(identity: RunIdentity, segments: number): Position {
  const untouched = () => Array.from({ length: segments }, () => ({ isDone: false }));
  return {
    ...identity,
    segments: untouched(),
    headSegments: untouched(),
    counts: {
      updates: 0,
      players: 0,
      failedPlayers: 0,
      differences: {
        'head-absent': 0,
        'head-behind': 0,
        'head-ahead': 0,
        'marker-absent': 0,
        'marker-behind': 0,
      },
    },
  };
}

/**
 * Where a run was stopped; undefined if there is no such file.
 *
 * @throws {PositionFileError} when the file belongs to another run, or is no such file
 */
export async function loadPosition(
  file: string,
  identity: RunIdentity,
): Promise<Position | undefined> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const position = parse(file, content);
  for (const key of ['ledger', 'processedEvents', 'mode'] as const) {
    if (position[key] !== identity[key]) {
      throw new PositionFileError(
        `${file} belongs to another run: its ${key} is "${position[key]}", this one's "${identity[key]}". ` +
          'Name another file, or remove this one to start again.',
      );
    }
  }
  return position;
}

/**
 * Writes the whole file or nothing.
 *
 * @throws {PositionFileError}
 */
export async function savePosition(file: string, position: Position): Promise<void> {
  try {
    await writeFile(`${file}.draft`, `${JSON.stringify(position)}\n`);
    await rename(`${file}.draft`, file);
  } catch (error) {
    throw new PositionFileError(
      `The progress cannot be saved in ${file}: ${(error as Error).message}. ` +
        'Name a file with --resume in a folder that exists and can be written to.',
    );
  }
}

export async function removePosition(file: string): Promise<void> {
  await rm(file, { force: true });
}

function parse(file: string, content: string): Position {
  try {
    const position = JSON.parse(content) as Partial<Position>;
    if (position.segments && position.headSegments && position.counts) return position as Position;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new PositionFileError(
    `${file} is not a progress file of this command. Name another file, or remove this one to start again.`,
  );
}
