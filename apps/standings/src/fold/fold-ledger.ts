import type { LedgerReader } from './ledger-reader.ts';
import type { FoldStart, PlayerFold } from './player-fold.ts';

export interface LedgerFoldOptions {
  readonly playerId: string;
  readonly ledger: LedgerReader;
  /**
   * The newest update of the player that is known to have been written, whether or not a read shows it. The fold reaches
   * it; at a hole beyond it that may still close, it ends.
   */
  readonly known: FoldStart;
  /** Whether an update was written so long ago that everything written before it has long been visible. */
  readonly isOld: (update: FoldStart) => boolean;
}

/** The ledger does not show a version of a player yet, although it shows or had a later one. */
export class UnsettledLedgerError extends Error {
  override readonly name = 'UnsettledLedgerError';
  readonly code = 'UNSETTLED_LEDGER';
  /** The update before which versions are missing. */
  readonly next: FoldStart;

  constructor(playerId: string, end: FoldStart, next: FoldStart) {
    super(
      `The ledger shows version ${end.version} of player ${playerId} and not all versions up to ${next.version}. ` +
        'Read it again in a few seconds: a transaction may not be visible as a whole yet.',
    );
    this.next = next;
  }
}

/**
 * Folds what the ledger has of a player after the end of a fold, and never over a hole in the versions that may still
 * close. A query is only read-committed against a transaction: it can show an update before an earlier one of the same
 * transaction, and its pages are read at different moments. So a missing version counts as removed from the ledger
 * only when a later update is old, the transaction that wrote that update is known to be complete, and a read that
 * began after that still lacks the version. The fold then counts it as `missing`.
 *
 * @throws {UnsettledLedgerError} when a version up to `known` is missing before an update that is not old; the fold is
 * not to be used then
 */
export async function foldLedger(fold: PlayerFold, options: LedgerFoldOptions): Promise<void> {
  const { playerId, ledger, known, isOld } = options;
  for await (const page of ledger.updatesAfter(playerId, fold.end.timestamp)) {
    for (const update of page) {
      if (update.version > fold.end.version + 1) {
        if (update.version > known.version) await closeHole(fold, known, options);
        if (update.version > known.version && !isOld(update)) return;
        await closeHole(fold, update, options);
      }
      fold.add(update);
    }
  }
  await closeHole(fold, known, options);
}

/** Folds everything up to an update, and proves that what is missing before or at it has been removed. */
async function closeHole(
  fold: PlayerFold,
  next: FoldStart,
  { playerId, ledger, isOld }: LedgerFoldOptions,
): Promise<void> {
  if (next.version <= fold.end.version) return;
  if (!isOld(next)) throw new UnsettledLedgerError(playerId, fold.end, next);
  for (const update of await ledger.settledUpdates(playerId, fold.end.timestamp, next)) {
    fold.add(update);
  }
  fold.skipTo(next.version);
}
