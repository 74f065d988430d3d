import { fold, type Standing } from '@leaderboard/ranking';
import type { LedgerUpdate, StandingRow } from '@leaderboard/tables';
import type { BoardCatalog, BoardWindowTarget } from './board-catalog.ts';

/** One update of a player's ledger. A fold begins after one and ends with one. */
export interface LedgerPosition {
  readonly version: number;
  readonly timestamp: number;
}

/** Before the first update. */
export const LEDGER_START: LedgerPosition = { version: 0, timestamp: 0 };

/**
 * Folds one player's updates, in version order, into all of the player's standings. It holds the standings and no
 * update, so that a long history takes no more memory than a short one.
 */
export class PlayerFold {
  readonly #catalog: BoardCatalog;
  readonly #base: ReadonlyMap<string, StandingRow>;
  readonly #changed = new Map<string, { standing: Standing; target: BoardWindowTarget }>();
  #end: LedgerPosition;
  /** Every version up to this one is folded in or counted as missing. */
  #reached: number;
  #updates = 0;
  #missing = 0;

  /**
   * @param base standings into which everything up to `start`, and perhaps more, is folded
   * @param start the last update that is folded into all of them
   */
  constructor(
    catalog: BoardCatalog,
    base: ReadonlyMap<string, StandingRow> = new Map(),
    start: LedgerPosition = LEDGER_START,
  ) {
    this.#catalog = catalog;
    this.#base = base;
    this.#end = start;
    this.#reached = start.version;
  }

  /** An update that is not above the last one is a repeat and changes nothing. */
  add(update: LedgerUpdate): void {
    if (update.version <= this.#end.version) return;
    for (const target of this.#catalog.targetsOf(update)) {
      const { key, board } = target;
      const present = this.#changed.get(key)?.standing ?? this.#base.get(key);
      const standing = fold(present, update, board.definition);
      if (standing !== present) this.#changed.set(key, { standing, target });
    }
    this.#updates += 1;
    this.skipTo(update.version - 1);
    this.#reached = Math.max(update.version, this.#reached);
    this.#end = { version: update.version, timestamp: update.timestamp };
  }

  /** Counts the versions up to this one that were not folded in as missing. The end stays the last update folded in. */
  skipTo(version: number): void {
    this.#missing += Math.max(0, version - this.#reached);
    this.#reached = Math.max(version, this.#reached);
  }

  /** The last update that is folded in. */
  get end(): LedgerPosition {
    return this.#end;
  }

  /** Updates folded in by this fold (count). */
  get updates(): number {
    return this.#updates;
  }

  /** Versions that were skipped (count). Versions are dense: in a whole ledger this stays 0. */
  get missing(): number {
    return this.#missing;
  }

  /** All standings of the base under definitions of the catalog, with what was folded into them, by key. */
  rows(): Map<string, StandingRow> {
    const rows = new Map(
      [...this.#base].filter(([, { definition_hash }]) => this.#catalog.folds(definition_hash)),
    );
    for (const [key, { standing, target }] of this.#changed) {
      rows.set(key, toRow(standing, target));
    }
    return rows;
  }
}

function toRow(standing: Standing, target: BoardWindowTarget): StandingRow {
  const { boardWindow, board, definitionHash } = target;
  const { player_id, score, updates, achieved_at, version } = standing;
  return {
    player_id,
    score,
    updates,
    achieved_at,
    version,
    board_window: boardWindow,
    board_id: board.id,
    definition_hash: definitionHash,
  };
}
