import type { LedgerUpdate } from '@leaderboard/tables';
import type { LedgerPosition, PlayerFold } from './player-fold.ts';

/**
 * The ledger of any one player, strongly consistent. Tests put ledgers in its place that show updates late and out of order.
 */
export interface PlayerLedger {
  /** The updates after a timestamp (ms since the epoch), in version order, one page (1 MB) at a time. */
  updatesAfter(playerId: string, timestamp: number): AsyncIterable<readonly LedgerUpdate[]>;
  /**
   * The updates from a timestamp (ms since the epoch) to an update, read after the transaction that wrote that update is
   * known to be complete.
   *
   * @throws {TransactionCanceledException} while a transaction on that update is under way
   */
  settledUpdates(
    playerId: string,
    from: number,
    to: LedgerPosition,
  ): Promise<readonly LedgerUpdate[]>;
}

export interface LedgerFoldOptions {
  readonly playerId: string;
  readonly ledger: PlayerLedger;
  /**
   * The newest update of the player that is known to have been written, whether or not a read shows it. The fold reaches
   * it; at a hole beyond it that may still close, it ends.
   */
  readonly known: LedgerPosition;
  /** Whether an update was written so long ago that everything written before it has long been visible. */
  readonly isOld: (update: LedgerPosition) => boolean;
}

/** The ledger does not show a version of a player yet, although it shows or had a later one. */
export class UnsettledLedgerError extends Error {
  override readonly name = 'UnsettledLedgerError';
  readonly code = 'UnsettledLedger';
  /** The update before which versions are missing. */
  readonly next: LedgerPosition;

  constructor(playerId: string, end: LedgerPosition, next: LedgerPosition) {
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
  next: LedgerPosition,
  { playerId, ledger, isOld }: LedgerFoldOptions,
): Promise<void> {
  if (next.version <= fold.end.version) return;
  if (!isOld(next)) throw new UnsettledLedgerError(playerId, fold.end, next);
  for (const update of await ledger.settledUpdates(playerId, fold.end.timestamp, next)) {
    fold.add(update);
  }
  fold.skipTo(next.version);
}
