import { projectorLag, type ProjectorProgress } from './projector-lag.ts';

/** Where the projectors write down how far they are. */
export interface ProgressRecords {
  progress(): Promise<ProjectorProgress[]>;
}

/** The queue between ledger and projector. */
export interface StandingsQueue {
  /** Whether no message is waiting or in flight. */
  isEmpty(): Promise<boolean>;
}

export interface LagProbeOptions {
  readonly records: ProgressRecords;
  readonly queue: StandingsQueue;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly onQueueUnreadable: (error: unknown) => void;
}

/** How long what the queue said is taken for its state (ms): one request a second and instance, however many reads. */
const QUEUE_STATE_MS = 1_000;

/** Measures how far the standings are behind the ledger. */
export class LagProbe {
  readonly #options: LagProbeOptions;
  #queueState:
    { readonly isEmpty: Promise<boolean | undefined>; readonly askedAt: number } | undefined;

  constructor(options: LagProbeOptions) {
    this.#options = options;
  }

  /** @returns ms; undefined when it cannot be told. A queue that cannot be read makes the lag greater, not the read fail. */
  async lagMs(): Promise<number | undefined> {
    const nowMs = this.#options.now();
    const [progress, isQueueEmpty] = await Promise.all([
      this.#options.records.progress(),
      this.#isQueueEmpty(nowMs),
    ]);
    return projectorLag(progress, nowMs, isQueueEmpty);
  }

  #isQueueEmpty(nowMs: number): Promise<boolean | undefined> {
    if (this.#queueState === undefined || nowMs - this.#queueState.askedAt >= QUEUE_STATE_MS) {
      const isEmpty = this.#options.queue.isEmpty().catch((error: unknown) => {
        this.#options.onQueueUnreadable(error);
        return undefined;
      });
      this.#queueState = { isEmpty, askedAt: nowMs };
    }
    return this.#queueState.isEmpty;
  }
}
