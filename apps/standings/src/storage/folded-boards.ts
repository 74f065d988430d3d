import type { BoardSetIds } from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import type { BoardSets } from './board-sets.ts';
import { DEPLOYED_ONLY, type CompletenessRecord } from './completeness-record.ts';

/**
 * How long a process folds under the boards that it has read, in ms. A change of boards waits for this and for the longest
 * invocation before anything relies on it.
 */
const MAX_AGE_MS = 10_000;
/** Attempts while the sets change. */
const MAX_ATTEMPTS = 5;

export interface FoldedBoardsOptions {
  readonly record: Pick<CompletenessRecord, 'read' | 'claim'>;
  readonly sets: BoardSets;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Under which boards a projector folds: those of the set that is served, and of the set that is being built. */
export class FoldedBoards {
  readonly #options: FoldedBoardsOptions;
  #current: { readonly catalog: BoardCatalog; readonly sets: BoardSetIds } | undefined;
  #readAtMs = -Infinity;

  constructor(options: FoldedBoardsOptions) {
    this.#options = options;
  }

  /**
   * The boards. They are recorded as folded before anything is written under them.
   *
   * @throws whatever the table throws; nothing may be projected then
   */
  async catalog(): Promise<BoardCatalog> {
    const { record, sets, now } = this.#options;
    const startedAt = now();
    if (this.#current !== undefined && startedAt - this.#readAtMs < MAX_AGE_MS) {
      return this.#current.catalog;
    }
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const ids = (await record.read())?.sets ?? DEPLOYED_ONLY;
      const present = this.#current;
      const isSame =
        present?.sets.serving === ids.serving && present.sets.building === ids.building;
      const catalog = isSame ? present.catalog : new BoardCatalog(await sets.folded(ids));
      if (isSame || (await record.claim(catalog.hashList, ids))) {
        this.#current = { catalog, sets: ids };
        this.#readAtMs = startedAt;
        return catalog;
      }
    }
    throw new Error(`The boards changed ${MAX_ATTEMPTS} times while they were read. Try again.`);
  }
}
