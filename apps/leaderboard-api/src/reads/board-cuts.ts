import type { Cut, RanksTable } from '@leaderboard/ranks';

/** How long the cut of a board may be used, in ms: a rush of reads costs one read of the log in this time. */
const MAX_AGE_MS = 500;
/** Boards whose cut is kept. */
const MAX_BOARDS = 200;

/** A cut of a board, and when it was read. */
export interface DatedCut {
  readonly cut: Promise<Cut>;
  /** When the read of it began (ms since the epoch). */
  readonly readAtMs: number;
}

/** Head and log of boards, each of them read at most twice a second, however many reads there are. */
export class BoardCuts {
  readonly #table: RanksTable;
  readonly #now: () => number;
  readonly #cuts = new Map<string, DatedCut>();

  /** @param now ms since the epoch */
  constructor(table: RanksTable, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** @param isFresh whether the cut must be one that is read now */
  get(partition: string, isFresh = false): DatedCut {
    const known = this.#cuts.get(partition);
    const readAtMs = this.#now();
    if (!isFresh && known !== undefined && readAtMs - known.readAtMs < MAX_AGE_MS) return known;
    const dated = { cut: this.#table.cut(partition), readAtMs };
    this.#cuts.delete(partition);
    this.#cuts.set(partition, dated);
    dated.cut.catch(() => {
      if (this.#cuts.get(partition) === dated) this.#cuts.delete(partition);
    });
    const [oldest] = this.#cuts.keys();
    if (this.#cuts.size > MAX_BOARDS && oldest !== undefined) this.#cuts.delete(oldest);
    return dated;
  }
}
