import {
  fromAttributes,
  partitionOf,
  LEDGER_TABLE,
  STANDINGS_TABLE,
  toAttributes,
  toLedgerUpdate,
  type Attributes,
  type Item,
  type TableDefinition,
} from '@leaderboard/tables';
import { PlayerFold } from '../fold/player-fold.ts';
import type { Checkpoint, SegmentProgress } from './checkpoint.ts';
import type { Difference } from './difference.ts';
import { rebuildPlayer, type RebuildDependencies } from './rebuild-player.ts';
import type { Segment, TableScanner } from './table-scanner.ts';

/** Receives what a rebuild finds and how far it is. */
export interface RebuildObserver {
  progressed(checkpoint: Checkpoint): void;
  /** In the mode `write` the difference is repaired already. */
  differs(difference: Difference): void;
  playerFailed(playerId: string, error: unknown): void;
  ledgerHasHoles(playerId: string, missing: number): void;
}

export interface RebuildOptions extends RebuildDependencies {
  readonly scanner: Pick<TableScanner, 'scanLedger' | 'scanStandingKeys'>;
  readonly observer: RebuildObserver;
  /** Where to begin; it is kept up to date while the run continues. */
  readonly checkpoint: Checkpoint;
  /** How long live updates have to settle before players that differ are compared again, in ms. */
  readonly settleMs: number;
  /** Ends the run after the players under way. */
  readonly signal: AbortSignal;
}

/**
 * Folds the whole ledger and writes every standing that differs from it, or, in the mode `check`, only reports where they
 * differ: first player by player through the ledger, then through the standings for players that the ledger does not have.
 *
 * @returns false when it was stopped: the checkpoint holds where to continue
 */
export async function rebuild(options: RebuildOptions): Promise<boolean> {
  return new Rebuild(options).run();
}

class Rebuild {
  readonly #options: RebuildOptions;
  /** Players that the ledger has. In a resumed run not all of them: the others are read again. */
  readonly #seen = new Set<string>();

  constructor(options: RebuildOptions) {
    this.#options = options;
  }

  async run(): Promise<boolean> {
    const { checkpoint, signal } = this.#options;
    await this.#inParallel(checkpoint.ledgerSegments, (segment, progress) =>
      this.#rebuildSegment(segment, progress),
    );
    if (signal.aborted) return false;
    await this.#inParallel(checkpoint.standingsSegments, (segment, progress) =>
      this.#sweepSegment(segment, progress),
    );
    if (signal.aborted) return false;
    return this.#compareSuspectsAgain();
  }

  async #inParallel(
    progress: SegmentProgress[],
    work: (segment: Segment, progress: SegmentProgress) => Promise<void>,
  ): Promise<void> {
    const results = await Promise.allSettled(
      progress.map((each, index) => work({ index, total: progress.length }, each)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #rebuildSegment(segment: Segment, progress: SegmentProgress): Promise<void> {
    const { scanner, catalog, checkpoint, signal } = this.#options;
    if (progress.isDone) return;
    let player: { id: string; fold: PlayerFold; last: Attributes; damage?: unknown } | undefined;
    const finish = async () => {
      if (player === undefined) return;
      if (player.damage === undefined) await this.#rebuildPlayer(player.id, player.fold);
      else this.#fail(player.id, player.damage);
      progress.after = player.last;
      checkpoint.counts.updates += player.fold.updates;
      this.#options.observer.progressed(checkpoint);
    };
    for await (const page of scanner.scanLedger(segment, keyIn(progress))) {
      for (const item of page) {
        const id = partitionOf(item, LEDGER_TABLE);
        const key = keyOf(item, LEDGER_TABLE);
        if (id !== player?.id) {
          await finish();
          if (signal.aborted) return;
          player = { id, fold: new PlayerFold(catalog), last: key };
        }
        player.last = key;
        try {
          player.fold.add(toLedgerUpdate(item));
        } catch (error) {
          player.damage ??= error;
        }
      }
      if (signal.aborted) return;
    }
    await finish();
    progress.isDone = true;
  }

  /** Compares the players of the standings that the scan of the ledger did not find. */
  async #sweepSegment(segment: Segment, progress: SegmentProgress): Promise<void> {
    const { scanner, signal } = this.#options;
    if (progress.isDone) return;
    for await (const page of scanner.scanStandingKeys(segment, keyIn(progress))) {
      for (const item of page) {
        const id = partitionOf(item, STANDINGS_TABLE);
        // Partitions of notes begin with `#`.
        if (!id.startsWith('#') && !this.#seen.has(id)) await this.#rebuildPlayer(id, undefined);
        if (signal.aborted) return;
        progress.after = keyOf(item, STANDINGS_TABLE);
      }
    }
    progress.isDone = true;
  }

  async #rebuildPlayer(playerId: string, fold: PlayerFold | undefined): Promise<void> {
    const { checkpoint, observer } = this.#options;
    const isCheck = checkpoint.mode === 'check';
    this.#seen.add(playerId);
    checkpoint.counts.players += 1;
    try {
      const { differences, missing } = await rebuildPlayer(playerId, fold, isCheck, this.#options);
      if (missing > 0) {
        checkpoint.counts.missingUpdates += missing;
        observer.ledgerHasHoles(playerId, missing);
      }
      if (isCheck && differences.length > 0) checkpoint.suspects.push(playerId);
      else this.#report(differences);
    } catch (error) {
      this.#fail(playerId, error);
    }
  }

  /** An update that was still in the queue when its player was compared is no difference. */
  async #compareSuspectsAgain(): Promise<boolean> {
    const { checkpoint, settleMs, sleep, signal } = this.#options;
    const { suspects } = checkpoint;
    if (suspects.length === 0) return true;
    await sleep(settleMs);
    while (suspects.length > 0) {
      if (signal.aborted) return false;
      const playerId = suspects[0] ?? '';
      try {
        const { differences } = await rebuildPlayer(playerId, undefined, true, this.#options);
        this.#report(differences);
      } catch (error) {
        this.#fail(playerId, error);
      }
      suspects.shift();
    }
    return true;
  }

  /** A player that cannot be folded or written holds up no other. */
  #fail(playerId: string, error: unknown): void {
    const { checkpoint, observer } = this.#options;
    this.#seen.add(playerId);
    checkpoint.counts.failedPlayers += 1;
    observer.playerFailed(playerId, error);
  }

  #report(differences: readonly Difference[]): void {
    const { checkpoint, observer } = this.#options;
    checkpoint.counts.differences += differences.length;
    for (const difference of differences) observer.differs(difference);
  }
}

function keyIn({ after }: SegmentProgress): Item | undefined {
  return after && fromAttributes(after);
}

function keyOf(item: Item, { partitionKey, sortKey }: TableDefinition): Attributes {
  const names = [partitionKey, ...(sortKey ? [sortKey] : [])].map(({ name }) => name);
  return toAttributes(Object.fromEntries(names.map((name) => [name, item[name]])));
}
