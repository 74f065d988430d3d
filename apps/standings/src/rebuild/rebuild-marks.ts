import type { BoardCatalog } from '../fold/board-catalog.ts';
import type { CompletenessRecord } from '../fold/completeness-record.ts';
import type { TableIds } from '../table/completeness-item.ts';
import { CheckpointError, type Checkpoint } from './checkpoint.ts';

/** How often a wait looks whether it was stopped, in ms. */
const WAIT_STEP_MS = 1_000;

export interface RebuildMarksOptions {
  readonly record: CompletenessRecord;
  readonly catalog: BoardCatalog;
  readonly tableIds: () => Promise<TableIds>;
  readonly signal: AbortSignal;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly print: (line: string) => void;
}

/** Says in the table of standings that a rebuild is under way, and at its end that they hold the whole ledger. */
export class RebuildMarks {
  readonly #options: RebuildMarksOptions;

  constructor(options: RebuildMarksOptions) {
    this.#options = options;
  }

  /**
   * Marks the standings before anything is written, and waits until invocations of projectors with former definitions have
   * ended: they could still change what the rebuild has passed.
   *
   * @param resumedFrom the file of progress that the run goes on from
   * @throws {CheckpointError} when the standings were changed behind the part of the run that is done
   */
  async begin({ run }: Checkpoint, resumedFrom: string | undefined): Promise<void> {
    const { record, catalog, signal, now, sleep, print } = this.#options;
    const present = resumedFrom === undefined ? undefined : await record.read();
    if (resumedFrom !== undefined && present?.rebuildRun !== run) {
      throw new CheckpointError(
        `The run in ${resumedFrom} cannot be continued: since then another rebuild has begun, or projectors with other board definitions. Remove the file to start again.`,
      );
    }
    const { settledAt } = present ?? (await record.beginRebuild(run, catalog.hashList));
    if (settledAt > now()) {
      print(
        `The projectors' board definitions changed just now; the rebuild begins at ${new Date(settledAt).toISOString()}.`,
      );
    }
    while (settledAt > now() && !signal.aborted) {
      await sleep(Math.min(WAIT_STEP_MS, settledAt - now()));
    }
  }

  /** @returns whether reads are exact from now on, as far as this run can say */
  async end({ run, counts }: Checkpoint): Promise<boolean> {
    const { record, catalog, tableIds } = this.#options;
    if (counts.failedPlayers > 0) return false;
    return record.endRebuild(run, catalog.hashList, await tableIds());
  }
}
