import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  PutCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '@leaderboard/function';
import {
  bytesOf,
  entriesOfLog,
  mergeRuns,
  MissingRunError,
  runOf,
  RunWriter,
  type OpenRun,
  type RanksTable,
  type RunEntry,
  type RunReader,
  type RunStore,
} from '@leaderboard/ranks';
import {
  backoffMs,
  ifClosedBefore,
  ifLeaseIsFree,
  ifLeaseIsOf,
  ifRanksHeadIs,
  logKey,
  logTimeOf,
  mergeLeaseKey,
  toClosedWindowItem,
  toEpochItem,
  toMergeLeaseItem,
  toRanksHeadItem,
  type LogId,
  type LogItem,
  type RanksHead,
  type RunRef,
  type Stack,
} from '@leaderboard/tables';

/** Log items that one flip takes at most: their ids are in the head until they are deleted. */
const MAX_TAKEN = 1_000;
/** While more taken log items than this wait to be deleted, a flip takes no others: the head must not grow without end. */
const MAX_WAITING = 2_000;
/** A run is merged with the one above it unless it is this many times larger: so a board has few runs, each written seldom. */
const GROWTH = 6;
/** Periods of a kind of window that stay in the head: the current one, and the last, which gets most late updates. */
const PERIODS_IN_HEAD = 2;
/** Items of one BatchWriteItem request (API reference). */
const DELETES_PER_REQUEST = 25;
const MAX_DELETE_ATTEMPTS = 5;
const MAX_FLIP_ATTEMPTS = 4;
const BACKOFF = { baseMs: 50, maxMs: 1_000 };
/** How long a merge of large runs may take, in ms; the function's timeout is below. */
const LEASE_MS = 15 * 60_000;

/** Sizes from which a board is treated in another way, in bytes. */
export interface CompactorSizes {
  /** What all runs in a head may take together: a head is written with each flip, an object costs a request. */
  readonly headRuns: number;
  /** Runs that are larger than this together are merged after the flip and not in it. */
  readonly mergedBeside: number;
  /** A segment of a run. */
  readonly segment: number;
}

const SIZES: CompactorSizes = {
  headRuns: 4 * 1_024,
  mergedBeside: 8 * 1_024 * 1_024,
  segment: 32 * 1_024,
};

export interface CompactorDependencies extends Runtime {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly ranks: RanksTable;
  readonly runs: RunReader;
  readonly store: RunStore;
  /** An id that no other run or flip ever has: letters and digits. */
  readonly uniqueId: () => string;
  /** @default a few KB, MB and KB */
  readonly sizes?: CompactorSizes;
}

/** What a compaction found and did. */
export interface CompactionResult {
  /** Log items that were not in the runs, before and after. */
  readonly found: number;
  readonly left: number;
  /** Age of the oldest of them before, in ms. */
  readonly ageMs: number;
  /** Flips that another compactor was faster with. */
  readonly conflicts: number;
  /** Merges of large runs that were finished. */
  readonly merges: number;
}

/**
 * Merges a board's log into its runs: writes the new runs, makes the head name them, and deletes what it took from the log.
 * Any number of compactors may work on a board at the same time, and each may stop at any point: nothing is lost and nothing
 * counts twice.
 *
 * - The head is read before the log. The flip is one transaction with the epoch, on the condition of that head's number.
 * - An id leaves the head's list when a read of the log that began after the head was read no longer finds it.
 * - A log item is deleted only after the head that has taken it is known to be written, and the epoch with it.
 * - A compactor deletes no run; the sweep does.
 */
export class BoardCompactor {
  readonly #dependencies: CompactorDependencies;
  readonly #sizes: CompactorSizes;

  constructor(dependencies: CompactorDependencies) {
    this.#dependencies = dependencies;
    this.#sizes = dependencies.sizes ?? SIZES;
  }

  /**
   * @param partition `ranksPartition` of the board
   * @param minimum log items below which nothing is done
   */
  async compact(partition: string, minimum = 1): Promise<CompactionResult> {
    const { ranks, now, random, sleep } = this.#dependencies;
    let conflicts = 0;
    let merges = 0;
    let found: { items: number; ageMs: number } | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const head = await ranks.head(partition);
      const { log, epoch } = await ranks.board(partition);
      const waiting = head.absorbed.filter((id) => log.some((item) => item.id === id));
      const absorbed = new Set(head.absorbed);
      const fresh = log.filter(({ id }) => !absorbed.has(id));
      const oldest = fresh.reduce((time, { id }) => Math.min(time, logTimeOf(id)), now());
      found ??= { items: fresh.length, ageMs: now() - oldest };
      const result = { found: found.items, ageMs: found.ageMs, conflicts, merges };
      // A reader that has an older head finds out by the epoch: what it reads may be deleted only when that is there.
      if (epoch >= head.number) await this.#delete(partition, waiting);
      if (fresh.length < minimum || waiting.length > MAX_WAITING) {
        merges += await this.#mergeBeside(partition);
        return { ...result, merges, left: fresh.length };
      }
      const taken = fresh.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, MAX_TAKEN);
      if (await this.#flip(partition, head, waiting, taken)) {
        merges += await this.#mergeBeside(partition);
        const left = fresh.length - taken.length;
        if (left < minimum) return { ...result, merges, left };
      } else {
        conflicts += 1;
        if (conflicts === MAX_FLIP_ATTEMPTS) return { ...result, conflicts, left: fresh.length };
        await sleep(backoffMs(conflicts, random(), BACKOFF));
      }
    }
  }

  /** @returns false when the head has changed since it was read */
  async #flip(
    partition: string,
    head: RanksHead,
    waiting: readonly LogId[],
    taken: readonly LogItem[],
  ): Promise<boolean> {
    const windows = new Map(head.windows);
    for (const [window, entries] of entriesOfLog(taken)) {
      const below = windows.get(window) ?? (await this.#reopened(partition, head, window));
      if (below === undefined) return false;
      windows.set(window, await this.#withTop(partition, below, entries, windows));
    }
    const closing = await this.#close(partition, head, windows, taken);
    if (closing === undefined) return false;
    const next: RanksHead = {
      number: head.number + 1,
      windows: closing.windows,
      closedUpTo: closing.closedUpTo,
      absorbed: [...waiting, ...taken.map(({ id }) => id)],
    };
    if (!(await this.#writeHead(partition, head, next))) return false;
    await this.#delete(
      partition,
      taken.map(({ id }) => id),
    );
    return true;
  }

  /** Writes a head and its epoch. @returns false when the head has changed since it was read */
  async #writeHead(partition: string, read: RanksHead, next: RanksHead): Promise<boolean> {
    const { client, tableName } = this.#dependencies;
    try {
      await client.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName: tableName,
                Item: toRanksHeadItem(partition, next),
                ...ifRanksHeadIs(read.number),
              },
            },
            { Put: { TableName: tableName, Item: toEpochItem(partition, next.number) } },
          ],
        }),
      );
      return true;
    } catch (error) {
      if (isLost(error)) return false;
      // It may have been written. Nothing is deleted here: the next compaction reads head and epoch first.
      throw error;
    }
  }

  /** The runs of a window that has a place of its own, to add to them; `undefined` when the head has changed since. */
  async #reopened(partition: string, head: RanksHead, window: string): Promise<Stack | undefined> {
    const [kind = '', period] = window.split('#');
    const closedUpTo = head.closedUpTo.get(kind);
    if (period === undefined || closedUpTo === undefined || period > closedUpTo) return [];
    const closed = await this.#dependencies.ranks.closedWindow(partition, window);
    if (closed !== undefined && closed.number > head.number) return undefined;
    return closed?.stack ?? [];
  }

  /** Puts entries on a stack of runs, merged with the runs above which they are not much smaller. */
  async #withTop(
    partition: string,
    stack: Stack,
    entries: readonly RunEntry[],
    windows: ReadonlyMap<string, Stack>,
  ): Promise<Stack> {
    const { runs, store } = this.#dependencies;
    const rest = [...stack];
    const inputs = [runOf(entries)];
    let bytes = bytesOf(entries);
    for (let next = rest.at(-1); next !== undefined; next = rest.at(-1)) {
      const isSmall = 'text' in next;
      if (!isSmall && next.bytes > bytes * GROWTH) break;
      if (next.bytes + bytes > this.#sizes.mergedBeside) break;
      rest.pop();
      bytes += next.bytes;
      inputs.unshift(await runs.openToMerge(next));
    }
    const others = [...windows.values()].flat().filter((run) => !stack.includes(run));
    const writer = new RunWriter({
      store,
      name: this.#newName(partition),
      smallBytes: this.#sizes.headRuns - smallBytesOf(others),
      segmentBytes: this.#sizes.segment,
    });
    const run = await write(writer, inputs);
    return run === undefined ? rest : [...rest, run];
  }

  /**
   * Moves windows that ended, and that nothing was added to, out of the head into items of their own. Such an item is written
   * before the head that relies on it.
   *
   * @returns undefined when the head has changed since it was read
   */
  async #close(
    partition: string,
    head: RanksHead,
    windows: ReadonlyMap<string, Stack>,
    taken: readonly LogItem[],
  ): Promise<Pick<RanksHead, 'windows' | 'closedUpTo'> | undefined> {
    const { client, tableName } = this.#dependencies;
    const touched = new Set(entriesOfLog(taken).keys());
    const remaining = new Map(windows);
    const closedUpTo = new Map(head.closedUpTo);
    for (const [kind, names] of Map.groupBy(windows.keys(), kindOf)) {
      const past = names
        .filter((name) => name !== kind)
        .toSorted()
        .slice(0, -PERIODS_IN_HEAD);
      for (const window of past) {
        const stack = head.windows.get(window);
        if (touched.has(window) || stack === undefined) continue;
        try {
          await client.send(
            new PutCommand({
              TableName: tableName,
              Item: toClosedWindowItem(partition, window, { number: head.number, stack }),
              ...ifClosedBefore(head.number),
            }),
          );
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
          const present = await this.#dependencies.ranks.closedWindow(partition, window);
          // Another compactor has written the same, or the head is no longer this one.
          if (present?.number !== head.number) return undefined;
        }
        remaining.delete(window);
        const period = window.slice(kind.length + 1);
        if (period > (closedUpTo.get(kind) ?? '')) closedUpTo.set(kind, period);
      }
    }
    return { windows: remaining, closedUpTo };
  }

  /** Deletes log items that a head has taken. What is throttled stays in the head's list, and the next compaction deletes it. */
  async #delete(partition: string, ids: readonly LogId[]): Promise<void> {
    const { client, tableName, random, sleep } = this.#dependencies;
    let pending = ids.map((id) => ({ DeleteRequest: { Key: logKey(partition, id) } }));
    for (let attempt = 1; pending.length > 0 && attempt <= MAX_DELETE_ATTEMPTS; attempt += 1) {
      const unprocessed: typeof pending = [];
      for (let index = 0; index < pending.length; index += DELETES_PER_REQUEST) {
        const requests = pending.slice(index, index + DELETES_PER_REQUEST);
        const { UnprocessedItems } = await client.send(
          new BatchWriteCommand({ RequestItems: { [tableName]: requests } }),
        );
        unprocessed.push(...((UnprocessedItems?.[tableName] ?? []) as typeof pending));
      }
      pending = unprocessed;
      if (pending.length > 0) await sleep(backoffMs(attempt, random(), BACKOFF));
    }
  }

  /**
   * Merges large runs, one merge for each window that has some to merge. Flips go on meanwhile: the merge names its inputs, and
   * replaces them in whatever head there is at its end, as long as they are still in it.
   *
   * @returns merges that were finished
   */
  async #mergeBeside(partition: string): Promise<number> {
    const { ranks, client, tableName, now, uniqueId } = this.#dependencies;
    const head = await ranks.head(partition);
    const due = [...head.windows].flatMap(([window, stack]) => {
      const inputs = largeInputs(stack, this.#sizes.mergedBeside);
      return inputs === undefined ? [] : [{ window, inputs }];
    });
    if (due.length === 0) return 0;
    const holder = uniqueId();
    const lease = toMergeLeaseItem(partition, holder, now() + LEASE_MS);
    try {
      await client.send(
        new PutCommand({ TableName: tableName, Item: lease, ...ifLeaseIsFree(now()) }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 0;
      throw error;
    }
    let merges = 0;
    try {
      for (const { window, inputs } of due) {
        if (await this.#merge(partition, window, inputs)) merges += 1;
      }
    } finally {
      await this.#endLease(partition, holder);
    }
    return merges;
  }

  async #merge(partition: string, window: string, inputs: Stack): Promise<boolean> {
    const { ranks, runs, store } = this.#dependencies;
    const writer = new RunWriter({
      store,
      name: this.#newName(partition),
      smallBytes: 0,
      segmentBytes: this.#sizes.segment,
    });
    let merged: RunRef | undefined;
    try {
      merged = await write(
        writer,
        await Promise.all(inputs.map((input) => runs.openToMerge(input))),
      );
    } catch (error) {
      if (error instanceof MissingRunError) return false;
      throw error;
    }
    for (let attempt = 1; attempt <= MAX_FLIP_ATTEMPTS * 4; attempt += 1) {
      const head = await ranks.head(partition);
      const stack = head.windows.get(window) ?? [];
      const start = positionOf(stack, inputs);
      if (start < 0) return false;
      const next = [...stack];
      next.splice(start, inputs.length, ...(merged === undefined ? [] : [merged]));
      const windows = new Map(head.windows).set(window, next);
      const written = { ...head, number: head.number + 1, windows };
      if (await this.#writeHead(partition, head, written)) return true;
    }
    return false;
  }

  async #endLease(partition: string, holder: string): Promise<void> {
    const { client, tableName } = this.#dependencies;
    try {
      await client.send(
        new DeleteCommand({
          TableName: tableName,
          Key: mergeLeaseKey(partition),
          ...ifLeaseIsOf(holder),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  #newName(partition: string): string {
    return `${partition}/${this.#dependencies.uniqueId()}`;
  }
}

/** The outcome of a flip that another compactor was faster with, or that met one. */
function isLost(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  return codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict');
}

async function write(writer: RunWriter, inputs: readonly OpenRun[]): Promise<RunRef | undefined> {
  try {
    await mergeRuns(inputs, (entry) => writer.add(entry));
    return await writer.finish();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** The runs at the end of a stack that are due to be merged into one, beginning with the first that is not much larger. */
function largeInputs(stack: Stack, mergedBeside: number): Stack | undefined {
  for (const [index, run] of stack.entries()) {
    const above = stack.slice(index + 1).filter((other) => !('text' in other));
    const bytes = above.reduce((sum, other) => sum + other.bytes, 0);
    if ('text' in run || above.length === 0 || run.bytes > bytes * GROWTH) continue;
    if (run.bytes + bytes > mergedBeside) return [run, ...above];
  }
  return undefined;
}

function positionOf(stack: Stack, inputs: Stack): number {
  const names = (runs: Stack) => runs.map((run) => ('text' in run ? '' : run.name)).join('\n');
  return stack.findIndex(
    (_, start) => names(stack.slice(start, start + inputs.length)) === names(inputs),
  );
}

function smallBytesOf(stack: Stack): number {
  return stack.reduce((sum, run) => sum + ('text' in run ? run.bytes : 0), 0);
}

/** `weekly#2026-W47` → `weekly`. */
function kindOf(window: string): string {
  return window.split('#')[0] ?? window;
}
