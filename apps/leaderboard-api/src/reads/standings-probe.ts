import { projectorLag, type ProjectorProgress } from './projector-lag.ts';
import { TimedValue } from './timed-value.ts';

/** The tables that reads are about, by the ids that DynamoDB gave them. */
export interface TableIds {
  readonly ledger: string;
  readonly standings: string;
}

/** For which boards the standings hold the fold of the whole ledger, apart from updates that are on their way. */
export interface Completeness {
  /** Hashes of their definitions. */
  readonly definitionHashes: readonly string[];
  /** The tables of which that was found. */
  readonly tableIds: TableIds;
}

/** Records of the projector that are being retried. */
export interface RetryNote {
  /** When the oldest of their updates was written to the ledger (ms since the epoch). */
  readonly ledgerTimestamp: number;
  /** When the note no longer holds (ms since the epoch). */
  readonly until: number;
}

/** What the writers of the standings note about them. */
export interface StandingsNotes {
  readonly progress: readonly ProjectorProgress[];
  readonly retries: readonly RetryNote[];
  /** Undefined when nobody has found out. */
  readonly completeness: Completeness | undefined;
}

export interface Queue {
  /** Whether no message is waiting or in flight. */
  isEmpty(): Promise<boolean>;
}

/** The queues between ledger and standings. */
export interface StandingsQueues {
  /** What the projector has to do. */
  readonly updates: Queue;
  /** Events that the projector could not fold in. */
  readonly deadLetters: Queue;
  /** Inserts into the ledger that the pipe could not bring to the queue. */
  readonly pipeDeadLetters: Queue;
}

export interface StandingsProbeOptions {
  readonly notes: { notes(): Promise<StandingsNotes> };
  readonly queues: StandingsQueues;
  readonly tableIds: () => Promise<TableIds>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** Something that says how fresh the standings are could not be read; reads are less exact, and do not fail. */
  readonly onUnreadable: (what: string, error: unknown) => void;
}

/** What is known of the standings beside a read of them. */
export interface StandingsHealth {
  /** How far they are behind the ledger, in ms; undefined when that cannot be told. */
  readonly lagMs: number | undefined;
  /** Hashes of the board definitions of which they hold everything that is in the ledger, up to that lag. */
  readonly exactDefinitions: ReadonlySet<string>;
}

/** How long what a queue said is taken for its state (ms): one request a second and instance, however many reads. */
const QUEUE_STATE_MS = 1_000;
/** The same for the ids of the tables (ms). A restore takes longer, and reads fail meanwhile. */
const TABLE_IDS_MS = 60_000;

/** Finds out how far the standings are behind the ledger, and of which boards they lack nothing else. */
export class StandingsProbe {
  readonly #options: StandingsProbeOptions;
  readonly #isQueueEmpty: TimedValue<boolean>;
  readonly #deadLetterQueues: readonly TimedValue<boolean>[];
  readonly #tableIds: TimedValue<TableIds>;

  constructor(options: StandingsProbeOptions) {
    this.#options = options;
    const { queues, tableIds, onUnreadable } = options;
    const depthOf = (name: string, queue: Queue) =>
      new TimedValue({
        read: () => queue.isEmpty(),
        maxAgeMs: QUEUE_STATE_MS,
        onFailure: (error) => {
          onUnreadable(name, error);
        },
      });
    this.#isQueueEmpty = depthOf('the depth of the standings queue', queues.updates);
    this.#deadLetterQueues = [
      depthOf("the depth of the standings queue's dead-letter queue", queues.deadLetters),
      depthOf("the depth of the pipe's dead-letter queue", queues.pipeDeadLetters),
    ];
    this.#tableIds = new TimedValue({
      read: tableIds,
      maxAgeMs: TABLE_IDS_MS,
      onFailure: (error) => {
        onUnreadable('the ids of the tables', error);
      },
    });
  }

  async health(): Promise<StandingsHealth> {
    const nowMs = this.#options.now();
    const [{ progress, retries, completeness }, isQueueEmpty, tableIds, ...areDeadLettersGone] =
      await Promise.all([
        this.#options.notes.notes(),
        this.#isQueueEmpty.get(nowMs),
        this.#tableIds.get(nowMs),
        ...this.#deadLetterQueues.map((queue) => queue.get(nowMs)),
      ]);
    const retried = retries.filter(({ until }) => until >= nowMs);
    const lagMs = projectorLag(progress, nowMs, isQueueEmpty);
    const isUndisturbed =
      lagMs !== undefined &&
      retried.length === 0 &&
      areDeadLettersGone.every((isEmpty) => isEmpty === true);
    const isOfTheseTables =
      tableIds !== undefined &&
      completeness?.tableIds.ledger === tableIds.ledger &&
      completeness.tableIds.standings === tableIds.standings;
    return {
      lagMs: retried.reduce<number | undefined>(
        (lag, { ledgerTimestamp }) => Math.max(lag ?? 0, nowMs - ledgerTimestamp),
        lagMs,
      ),
      exactDefinitions: new Set(
        isUndisturbed && isOfTheseTables ? completeness.definitionHashes : [],
      ),
    };
  }
}
