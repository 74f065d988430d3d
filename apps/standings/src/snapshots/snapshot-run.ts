import { boardWindowKey, findBoard, windowPeriod } from '@leaderboard/ranking';
import {
  CHANGES_BUCKET_MS,
  CHANGES_TTL_SECONDS,
  changesBucket,
  type SnapshotRound,
} from '@leaderboard/tables';
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
 * Takes a snapshot of every board window that has changed. Boards without changes cost nothing: changes are recorded by the
 * minute, so a run without changes is one query for each minute since the last.
 *
 * A round takes each of these board windows once. A run whose time is over leaves the rest to the next one, so that the last
 * board of many gets its turn as often as the first.
 */
export async function runSnapshots(
  dependencies: SnapshotRunDependencies,
  { full }: SnapshotRunOptions,
): Promise<SnapshotRunResult> {
  const { snapshots, now } = dependencies;
  const startedAt = now();
  // Buckets before this one get no more changes that a round which begins now could have missed.
  const settledBefore = changesBucket(startedAt - SETTLING_MS);
  const position = await snapshots.readPosition();
  const oldestKept = startedAt - CHANGES_TTL_SECONDS * 1_000;
  const isLost = position === undefined || position.bucket < oldestKept;
  const left = full ? undefined : position?.round;
  let bucket = position?.bucket ?? 0;
  let round = left ?? beginRound(full || isLost, Math.max(settledBefore, bucket));
  const kind = round.all ? 'full' : 'changes';
  const run = new Run(dependencies, startedAt);
  for (;;) {
    const boardWindows = round.all ? await run.present() : await run.changedSince(bucket);
    const { isComplete, last } = await run.take(boardWindows, round.after);
    // A board window that failed is taken again with all that changed since.
    const next = run.failures.length > 0 ? bucket : round.next;
    if (!isComplete) {
      await snapshots.savePosition({ bucket, round: { ...round, after: last, next } });
      break;
    }
    if (next !== position?.bucket || position.round !== undefined) {
      await snapshots.savePosition({ bucket: next });
    }
    bucket = next;
    const wasBegunNow = round !== left;
    // Where changes are lost, the next run takes all.
    if (wasBegunNow || bucket < oldestKept) break;
    round = beginRound(false, Math.max(settledBefore, bucket));
  }
  return { kind, ...run.result };
}

function beginRound(all: boolean, next: number): SnapshotRound {
  return { all, after: '', next };
}

/** One run of the snapshotter: a board window is taken at most once in it. */
class Run {
  readonly failures: { boardWindow: string; error: unknown }[] = [];
  readonly #dependencies: SnapshotRunDependencies;
  readonly #startedAt: number;
  readonly #taken = new Set<string>();
  readonly #outcomes: Record<SnapshotOutcome, number> = { written: 0, unchanged: 0, gone: 0 };
  #isComplete = true;

  constructor(dependencies: SnapshotRunDependencies, startedAt: number) {
    this.#dependencies = dependencies;
    this.#startedAt = startedAt;
  }

  get result(): Omit<SnapshotRunResult, 'kind'> {
    return { outcomes: this.#outcomes, failures: this.failures, isComplete: this.#isComplete };
  }

  /** Every window of every board that exists, in its current period. */
  async present(): Promise<string[]> {
    const { boards, catalog } = this.#dependencies;
    const ids = await boards.readBoardIds();
    return ids.flatMap((board_id) => {
      const windows = findBoard(board_id, catalog.definitions)?.definition.windows ?? [];
      return windows.map((window) => {
        const period = windowPeriod(window, this.#startedAt);
        return boardWindowKey({ board_id, window, ...(period !== undefined && { period }) });
      });
    });
  }

  /** The board windows that changed since the start of a bucket. */
  async changedSince(oldest: number): Promise<Set<string>> {
    const changed = new Set<string>();
    for (let bucket = oldest; bucket <= this.#startedAt; bucket += CHANGES_BUCKET_MS) {
      const boardWindows = await this.#dependencies.boards.readChanges(bucket);
      for (const boardWindow of boardWindows) changed.add(boardWindow);
    }
    return changed;
  }

  /**
   * Takes the board windows whose names come after one, in the order of their names.
   *
   * @returns whether the time was enough; the last one that was taken
   */
  async take(
    boardWindows: Iterable<string>,
    after: string,
  ): Promise<{ isComplete: boolean; last: string }> {
    const queue = [...boardWindows]
      .filter((boardWindow) => boardWindow > after && !this.#taken.has(boardWindow))
      .toSorted();
    let last = after;
    const worker = async () => {
      while (this.#dependencies.remainingMs() > RESERVE_MS) {
        const boardWindow = queue.shift();
        if (boardWindow === undefined) return;
        last = boardWindow;
        this.#taken.add(boardWindow);
        try {
          this.#outcomes[await takeSnapshot(boardWindow, this.#dependencies)] += 1;
        } catch (error) {
          this.failures.push({ boardWindow, error });
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    this.#isComplete = queue.length === 0;
    return { isComplete: this.#isComplete, last };
  }
}
