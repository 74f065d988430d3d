import { DEPLOYED_SET, type TableIds } from '@leaderboard/tables';
import { CachedValue } from './cached-value.ts';
import { projectorLag } from './projector-lag.ts';
import type { Queue } from './sqs-queue.ts';
import type { StandingsTable } from './standings-table.ts';

/** The queues between ledger and standings. What the projector gives up is in the notes: it notes a hole before. */
export interface StandingsQueues {
  /** The events that wait for the projector. */
  readonly updates: Queue;
  /** Inserts into the ledger that the pipe could not deliver to the queue, until the auditor has noted that as a hole. */
  readonly pipeDeadLetters: Queue;
}

export interface StandingsProbeOptions {
  readonly table: StandingsTable;
  readonly queues: StandingsQueues;
  readonly tableIds: () => Promise<TableIds>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A source of freshness could not be read. Reads are less exact then, but do not fail. */
  readonly onUnreadable: (what: string, error: unknown) => void;
}

/** The state of the standings at the time of a read. */
export interface StandingsHealth {
  /** The id of the set of boards that is served. */
  readonly serving: string;
  /** How far they are behind the ledger, in ms; undefined if unknown. */
  readonly lagMs: number | undefined;
  /** Hashes of the board definitions whose standings hold the whole ledger, up to that lag. */
  readonly exactDefinitions: ReadonlySet<string>;
}

/** How long the depth of a queue is cached (ms): one request a second and instance, however many reads. */
const QUEUE_STATE_MS = 1_000;
/** How long the ids of the tables are cached (ms). A restore takes longer, and reads fail meanwhile. */
const TABLE_IDS_MS = 60_000;

/** Finds out how far the standings are behind the ledger, and for which boards they lack nothing else. */
export class StandingsProbe {
  readonly #options: StandingsProbeOptions;
  readonly #isQueueEmpty: CachedValue<boolean>;
  readonly #arePipeDeadLettersGone: CachedValue<boolean>;
  readonly #tableIds: CachedValue<TableIds>;

  constructor(options: StandingsProbeOptions) {
    this.#options = options;
    const { queues, tableIds } = options;
    this.#isQueueEmpty = this.#depth('the depth of the standings queue', queues.updates);
    this.#arePipeDeadLettersGone = this.#depth(
      "the depth of the pipe's dead-letter queue",
      queues.pipeDeadLetters,
    );
    this.#tableIds = this.#cached('the ids of the tables', tableIds, TABLE_IDS_MS);
  }

  async health(): Promise<StandingsHealth> {
    const nowMs = this.#options.now();
    const [arePipeDeadLettersGone, isQueueEmpty, tableIds] = await Promise.all([
      this.#arePipeDeadLettersGone.get(nowMs),
      this.#isQueueEmpty.get(nowMs),
      this.#tableIds.get(nowMs),
    ]);
    // After the queue: the auditor notes the hole before it takes the dead letters out.
    const { progress, retries, completeness } = await this.#options.table.notes();
    const retried = retries.filter(({ until }) => until >= nowMs);
    const lagMs = projectorLag(progress, nowMs, isQueueEmpty);
    const isUndisturbed =
      lagMs !== undefined && retried.length === 0 && arePipeDeadLettersGone === true;
    const isOfTheseTables =
      tableIds !== undefined &&
      completeness?.tableIds.ledger === tableIds.ledger &&
      completeness.tableIds.standings === tableIds.standings &&
      completeness.tableIds.ranks === tableIds.ranks;
    return {
      serving: completeness?.serving ?? DEPLOYED_SET,
      lagMs: retried.reduce<number | undefined>(
        (lag, { ledgerTimestamp }) => Math.max(lag ?? 0, nowMs - ledgerTimestamp),
        lagMs,
      ),
      exactDefinitions: new Set(isUndisturbed && isOfTheseTables ? completeness.complete : []),
    };
  }

  #depth(what: string, queue: Queue): CachedValue<boolean> {
    return this.#cached(what, () => queue.isEmpty(), QUEUE_STATE_MS);
  }

  #cached<T>(what: string, read: () => Promise<T>, maxAgeMs: number): CachedValue<T> {
    const onFailure = (error: unknown) => {
      this.#options.onUnreadable(what, error);
    };
    return new CachedValue({ read, maxAgeMs, onFailure });
  }
}
