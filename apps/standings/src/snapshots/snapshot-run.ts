import { boardWindowKey, findBoard, windowPeriod } from '@leaderboard/ranking';
import { CHANGES_BUCKET_MS, CHANGES_TTL_SECONDS, changesBucket } from '@leaderboard/tables';
import { takeSnapshot, type SnapshotDependencies, type SnapshotOutcome } from './take-snapshot.ts';

/**
 * How long after its minute a change may concern a standing that a reader of the index does not see yet, in ms: the projector
 * records the change before it writes (its timeout is below this), and the index follows the table. The next run reads
 * buckets this young again.
 */
const SETTLING_MS = 120_000;

/** Board windows under way at the same time. */
const PARALLEL = 4;

/** Time of the invocation that is reserved for what is under way, in ms. */
const RESERVE_MS = 5_000;

export interface SnapshotRunDependencies extends SnapshotDependencies {
  /** What the runtime leaves of the invocation, in ms. */
  readonly remainingMs: () => number;
}

export interface SnapshotRunOptions {
  /** Every board again, changed or not. */
  readonly full: boolean;
}

export interface SnapshotRunResult {
  readonly kind: 'changes' | 'full';
  readonly outcomes: Readonly<Record<SnapshotOutcome, number>>;
  /** Board windows that could not be taken. The next run takes them again. */
  readonly failures: readonly { readonly boardWindow: string; readonly error: unknown }[];
  /** False when the time ran out; the next run continues where this one stopped. */
  readonly isComplete: boolean;
}

/**
 * Takes a snapshot of every board window that has changed since the last run. Boards without changes cost nothing: changes
 * are recorded by the minute, so a run without changes is one query for each minute since the last.
 */
export async function runSnapshots(
  dependencies: SnapshotRunDependencies,
  { full }: SnapshotRunOptions,
): Promise<SnapshotRunResult> {
  const { snapshots, now } = dependencies;
  const startedAt = now();
  const position = await snapshots.readPosition();
  const run = new Run(dependencies, startedAt);
  if (full || position === undefined || position < startedAt - CHANGES_TTL_SECONDS * 1_000) {
    await run.takeAll();
    if (run.isSettled) await snapshots.savePosition(run.settledBefore);
    return { kind: 'full', ...run.result };
  }
  const next = await run.takeChangedSince(position);
  if (next !== position) await snapshots.savePosition(next);
  return { kind: 'changes', ...run.result };
}

/** One run of the snapshotter: a board window is taken at most once in it. */
class Run {
  /** Buckets before this one (ms since the epoch) get no more changes that this run could have missed. */
  readonly settledBefore: number;
  readonly #dependencies: SnapshotRunDependencies;
  readonly #startedAt: number;
  readonly #taken = new Set<string>();
  readonly #outcomes: Record<SnapshotOutcome, number> = { written: 0, unchanged: 0, gone: 0 };
  readonly #failures: { boardWindow: string; error: unknown }[] = [];
  #isComplete = true;

  constructor(dependencies: SnapshotRunDependencies, startedAt: number) {
    this.#dependencies = dependencies;
    this.#startedAt = startedAt;
    this.settledBefore = changesBucket(startedAt - SETTLING_MS);
  }

  /** Whether everything that was to be taken was taken. */
  get isSettled(): boolean {
    return this.#isComplete && this.#failures.length === 0;
  }

  get result(): Omit<SnapshotRunResult, 'kind'> {
    return {
      outcomes: this.#outcomes,
      failures: this.#failures,
      isComplete: this.#isComplete,
    };
  }

  /** Every window of every board that exists, in its current period. */
  async takeAll(): Promise<void> {
    const { boards, catalog } = this.#dependencies;
    const ids = await boards.readBoardIds();
    const boardWindows = ids.flatMap((board_id) => {
      const windows = findBoard(board_id, catalog.definitions)?.definition.windows ?? [];
      return windows.map((window) => {
        const period = windowPeriod(window, this.#startedAt);
        return boardWindowKey({ board_id, window, ...(period !== undefined && { period }) });
      });
    });
    await this.#take(boardWindows);
  }

  /** @returns start of the oldest bucket that the next run has to read */
  async takeChangedSince(position: number): Promise<number> {
    let next = position;
    for (let bucket = position; bucket <= this.#startedAt; bucket += CHANGES_BUCKET_MS) {
      await this.#take(await this.#dependencies.boards.readChanges(bucket));
      if (!this.#isComplete) break;
      if (this.isSettled) {
        next = Math.min(bucket + CHANGES_BUCKET_MS, Math.max(this.settledBefore, position));
      }
    }
    return next;
  }

  async #take(boardWindows: readonly string[]): Promise<void> {
    const queue = boardWindows.filter((boardWindow) => !this.#taken.has(boardWindow));
    const worker = async () => {
      while (this.#dependencies.remainingMs() > RESERVE_MS) {
        const boardWindow = queue.shift();
        if (boardWindow === undefined) return;
        this.#taken.add(boardWindow);
        try {
          this.#outcomes[await takeSnapshot(boardWindow, this.#dependencies)] += 1;
        } catch (error) {
          this.#failures.push({ boardWindow, error });
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    if (queue.length > 0) this.#isComplete = false;
  }
}
