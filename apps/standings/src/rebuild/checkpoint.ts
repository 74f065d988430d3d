import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Attributes } from '@leaderboard/tables';

/** The progress file is written at most this often (ms), and when the run ends. */
const SAVE_INTERVAL_MS = 2_000;

/** Which run a progress file belongs to: no other run can use it. */
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
  after?: Attributes;
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

/** All that a run needs to continue where it was stopped. */
export interface Checkpoint extends RunIdentity {
  readonly format: 2;
  /** The id of the run; it stays the same when the run is resumed. */
  readonly run: string;
  readonly ledgerSegments: SegmentProgress[];
  readonly standingsSegments: SegmentProgress[];
  readonly counts: Counts;
  /** Mode `check` only: players that differed once, and are compared again at the end. */
  readonly suspects: string[];
}

/** The progress file cannot be used. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'UnusableCheckpoint';
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

/** The progress file of a run. Without a path there is none: nothing is loaded, saved or removed. */
export class CheckpointFile {
  readonly #path: string | undefined;
  readonly #now: () => number;
  #savedAt: number;
  #saving: Promise<void> = Promise.resolve();

  /** @param now ms since the epoch */
  constructor(path: string | undefined, now: () => number) {
    this.#path = path;
    this.#now = now;
    this.#savedAt = now();
  }

  /**
   * Where a run was stopped, or undefined when there is no such file.
   *
   * @throws {CheckpointError} when the file belongs to another run, or is no progress file
   */
  async load(identity: RunIdentity): Promise<Checkpoint | undefined> {
    const path = this.#path;
    if (path === undefined) return undefined;
    const content = await readIfAny(path);
    if (content === undefined) return undefined;
    const checkpoint = parse(path, content);
    for (const key of ['ledger', 'standings', 'definitions', 'mode'] as const) {
      if (checkpoint[key] !== identity[key]) {
        throw new CheckpointError(
          `${path} belongs to another run: its ${key} is "${checkpoint[key]}", this one's "${identity[key]}". ` +
            'Name another file, or remove this one to start again.',
        );
      }
    }
    return checkpoint;
  }

  /** Saves unless that was done just now. A failure is left to the next save. */
  saveSoon(checkpoint: Checkpoint): void {
    if (this.#now() - this.#savedAt < SAVE_INTERVAL_MS) return;
    void this.save(checkpoint).catch(() => undefined);
  }

  /** @throws {CheckpointError} when the file cannot be written */
  async save(checkpoint: Checkpoint): Promise<void> {
    const path = this.#path;
    if (path === undefined) return;
    this.#savedAt = this.#now();
    // One after the other, so that an older state never replaces a newer one. One that failed holds up no later one.
    this.#saving = this.#saving.catch(() => undefined).then(() => write(path, checkpoint));
    await this.#saving;
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined) await rm(this.#path, { force: true });
  }
}

async function readIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(path: string, content: string): Checkpoint {
  try {
    const checkpoint = JSON.parse(content) as Partial<Checkpoint>;
    if (checkpoint.format === 2) return checkpoint as Checkpoint;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new CheckpointError(
    `${path} is not a progress file of a rebuild. Name another file, or remove this one to start again.`,
  );
}

/** Writes the whole file or nothing. */
async function write(path: string, checkpoint: Checkpoint): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await writeFile(draft, `${JSON.stringify(checkpoint)}\n`);
    await rename(draft, path);
  } catch (error) {
    throw new CheckpointError(
      `The progress cannot be saved in ${path}: ${(error as Error).message}. ` +
        'Name a file with --resume in a folder that exists and can be written to.',
    );
  }
}
