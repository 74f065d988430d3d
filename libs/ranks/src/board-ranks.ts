import type { Stack } from '@leaderboard/tables';
import { entriesOfLog } from './log-entries.ts';
import { runOf } from './merge-runs.ts';
import type { RunEntry } from './run-entry.ts';
import type { RanksTable } from './read-cut.ts';
import { UnsettledCutError, type Cut } from './read-cut.ts';
import type { RunReader } from './run-reader.ts';
import { MissingRunError } from './run-store.ts';
import { WindowCut } from './window-cut.ts';

export interface BoardRanksOptions {
  readonly table: RanksTable;
  readonly runs: RunReader;
}

/** Times that a read begins again because a run that its head names was replaced and deleted meanwhile. */
const MAX_ATTEMPTS = 3;

/** The ranks of boards, read from log and runs. */
export class BoardRanks {
  readonly #options: BoardRanksOptions;
  /** What the logs of cuts add up to: the reads of a moment share a cut. */
  readonly #logs = new WeakMap<Cut, ReadonlyMap<string, readonly RunEntry[]>>();

  constructor(options: BoardRanksOptions) {
    this.#options = options;
  }

  /**
   * Reads one window of a board at one moment.
   *
   * @param partition `ranksPartition` of the board
   * @param window `all_time`, or with its period: `weekly#2026-W47`
   * @param read may be called again, with a newer cut, when a run is gone
   * @param known a cut that was read a moment ago, to be used instead of a new one
   * @throws {UnsettledCutError} {@link MissingRunError} after several attempts
   */
  async read<T>(
    partition: string,
    window: string,
    read: (cut: WindowCut) => Promise<T>,
    known?: Promise<Cut>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const cut = await (attempt === 1 && known ? known : this.#options.table.cut(partition));
        const windowCut = await this.window(cut, window);
        if (windowCut !== undefined) return await read(windowCut);
      } catch (error) {
        if (!(error instanceof MissingRunError) || attempt === MAX_ATTEMPTS) throw error;
      }
      if (attempt === MAX_ATTEMPTS) throw new UnsettledCutError(partition);
    }
  }

  /**
   * One window of a cut.
   *
   * @returns undefined when the window's runs were changed after the cut was read: read it again
   * @throws {MissingRunError}
   */
  async window(cut: Cut, window: string): Promise<WindowCut | undefined> {
    const stack = await this.#stack(cut, window);
    if (stack === undefined) return undefined;
    const runs = await Promise.all(stack.map((run) => this.#options.runs.open(run)));
    return new WindowCut([...runs, runOf(this.#logOf(cut).get(window) ?? [])]);
  }

  #logOf(cut: Cut): ReadonlyMap<string, readonly RunEntry[]> {
    const known = this.#logs.get(cut);
    if (known !== undefined) return known;
    const entries = entriesOfLog(cut.log);
    this.#logs.set(cut, entries);
    return entries;
  }

  async #stack({ partition, head }: Cut, window: string): Promise<Stack | undefined> {
    const present = head.windows.get(window);
    if (present !== undefined) return present;
    const [kind = '', period] = window.split('#');
    const closedUpTo = head.closedUpTo.get(kind);
    if (period === undefined || closedUpTo === undefined || period > closedUpTo) return [];
    const closed = await this.#options.table.closedWindow(partition, window);
    // Written for a later head: what it holds may be in the log of this cut too.
    if (closed !== undefined && closed.number > head.number) return undefined;
    return closed?.stack ?? [];
  }
}
