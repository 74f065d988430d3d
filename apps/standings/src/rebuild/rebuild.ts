import { toLedgerUpdate } from '../fold/ledger-update.ts';
import { PlayerFold } from '../fold/player-fold.ts';
import { textOf, type Item } from '../table/attributes.ts';
import { standingKey } from '../table/standing-item.ts';
import type { Checkpoint, SegmentProgress } from './checkpoint.ts';
import type { Difference } from './difference.ts';
import { rebuildPlayer, type RebuildDependencies } from './rebuild-player.ts';
import type { Segment, TableScanner } from './table-scan.ts';

/** Receives what a rebuild finds and how far it is. */
export interface RebuildObserver {
  progressed(checkpoint: Checkpoint): void;
  /** When writing: it was one, and is repaired. */
  differs(difference: Difference): void;
  playerFailed(playerId: string, error: unknown): void;
  ledgerHasHoles(playerId: string, missing: number): void;
}

export interface RebuildOptions extends RebuildDependencies {
  readonly scanner: Pick<TableScanner, 'scanLedger' | 'scanStandingKeys'>;
  readonly observer: RebuildObserver;
  /** Where to begin, and what is kept up to date as the run goes on. */
  readonly checkpoint: Checkpoint;
  /** How long live updates have to settle before players that differ are compared again, in ms. */
  readonly settleMs: number;
  /** Ends the run after the players under way. */
  readonly signal: AbortSignal;
}

/**
 * Folds the whole ledger and brings every standing to what it says, or, in the mode `check`, says where they differ.
 * First player by player through the ledger, then through the standings for players that the ledger does not have.
 *
 * @returns false when it was stopped: the checkpoint says how to go on
 */
export async function rebuild(options: RebuildOptions): Promise<boolean> {
  return new Rebuild(options).run();
}

class Rebuild {
  readonly #options: RebuildOptions;
  /** Players that the ledger has. After a resumption not all of them, so that the others are looked up. */
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
    let player: { id: string; fold: PlayerFold; last: Item; damage?: unknown } | undefined;
    const finish = async () => {
      if (player === undefined) return;
      if (player.damage === undefined) await this.#rebuildPlayer(player.id, player.fold);
      else this.#fail(player.id, player.damage);
      progress.after = player.last;
      checkpoint.counts.updates += player.fold.updates;
      this.#options.observer.progressed(checkpoint);
    };
    for await (const page of scanner.scanLedger(segment, progress.after)) {
      for (const item of page) {
        const id = textOf(item, 'player_id');
        if (id !== player?.id) {
          await finish();
          if (signal.aborted) return;
          player = { id, fold: new PlayerFold(catalog), last: item };
        }
        player.last = ledgerKey(item);
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

  /** Looks at the players of the standings that the ledger did not show. */
  async #sweepSegment(segment: Segment, progress: SegmentProgress): Promise<void> {
    const { scanner, signal } = this.#options;
    if (progress.isDone) return;
    for await (const page of scanner.scanStandingKeys(segment, progress.after)) {
      for (const item of page) {
        const id = textOf(item, 'player_id');
        // Partitions of the projector's own begin with `#`.
        if (!id.startsWith('#') && !this.#seen.has(id)) await this.#rebuildPlayer(id, undefined);
        if (signal.aborted) return;
        progress.after = standingKey(id, textOf(item, 'board_window'));
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

  /** An update that was on its way when its player was compared is no difference. */
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

function ledgerKey(item: Item): Item {
  return {
    player_id: { S: textOf(item, 'player_id') },
    timestamp: { N: item['timestamp']?.N ?? '' },
  };
}
