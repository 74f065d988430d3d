import {
  partitionOf,
  LEDGER_TABLE,
  toLedgerUpdate,
  type Completeness,
  type Item,
  type TableIds,
} from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import { PlayerFold } from '../fold/player-fold.ts';
import {
  rebuildPlayer,
  sleepBriefly,
  type RebuildDependencies,
} from '../rebuild/rebuild-player.ts';
import type { CompletenessRecord } from '../storage/completeness-record.ts';
import type { LedgerReader } from '../storage/ledger-reader.ts';
import type { ProjectorObserver } from './projector-observer.ts';

/** Players that a projector compares with the ledger; more are left to the rebuild. */
const MAX_PLAYERS = 500;
/** Players that are compared at the same time. */
const PARALLEL_PLAYERS = 4;
/** Pause before the next attempt, in ms, after one that failed or ran out of time. */
const RETRY_MS = 5_000;
/** The same where a person has to act first, and once the standings are complete: a rebuild may begin. */
const RECHECK_MS = 60_000;

export interface CompleterOptions extends Omit<RebuildDependencies, 'catalog'> {
  readonly boards: () => Promise<BoardCatalog>;
  readonly record: CompletenessRecord;
  readonly ledger: LedgerReader;
  readonly tableIds: (signal: AbortSignal) => Promise<TableIds>;
  readonly observer: Pick<ProjectorObserver, 'standingsIncomplete' | 'completenessFailed'>;
}

/** Why the standings do not count as complete; this is what the log says. */
type Obstacle =
  | 'a rebuild is due'
  | 'a rebuild is under way, or was stopped'
  | 'definitions changed'
  | 'players could not be compared';

/**
 * Finds out whether the standings hold the fold of the whole ledger, so that a new stack with a small ledger needs no
 * rebuild before its reads are exact.
 *
 * Why its record is correct: the page of the ledger holds every update whose write had ended when it was read, and each
 * player in it is brought to the fold of its ledger afterwards. An update that is not in the page was written later, so
 * stream and queue deliver it, which the lag covers, or it leaves a hole, and then no read is exact. No standing is folded
 * under other definitions: the record names the projectors' definitions before they write, invocations of former projectors
 * have ended at `settledAt`, and the record is written only if it still is what was read before the page. Tables other than
 * those of an earlier record may hold standings that the ledger does not explain. The completer does not look for these:
 * such tables are left to the rebuild.
 */
export class Completer {
  readonly #options: CompleterOptions;
  #nextAttemptMs = 0;
  /** The one that was logged last. */
  #obstacle: Obstacle | undefined;
  /** Stays true once it is: a ledger only grows. */
  #isLedgerTooLarge = false;

  constructor(options: CompleterOptions) {
    this.#options = options;
  }

  /**
   * Call it after a batch. Never throws: a failure leaves reads as they are, and no record is returned for it.
   *
   * @param signal ends the attempt; the next one continues
   */
  async tryToComplete(signal: AbortSignal): Promise<void> {
    const { now, observer } = this.#options;
    if (now() < this.#nextAttemptMs) return;
    try {
      this.#nextAttemptMs = now() + (await this.#attempt(signal));
    } catch (error) {
      this.#nextAttemptMs = now() + RETRY_MS;
      observer.completenessFailed(error);
    }
  }

  /** @returns ms until the next attempt */
  async #attempt(signal: AbortSignal): Promise<number> {
    const { record, tableIds, ledger, boards, now } = this.#options;
    const catalog = await boards();
    const present = await record.read(signal);
    if (present?.projected.join() !== catalog.hashes) return this.#blockedBy('definitions changed');
    const ids = await tableIds(signal);
    const isOfTheseTables =
      present.tableIds.ledger === ids.ledger &&
      present.tableIds.standings === ids.standings &&
      present.tableIds.ranks === ids.ranks;
    if (isOfTheseTables && present.complete.join() === catalog.hashes) return this.#rest();
    if (present.rebuildRun !== '') return this.#blockedBy('a rebuild is under way, or was stopped');
    if (!isOfTheseTables && isOfAnyTables(present)) return this.#blockedBy('a rebuild is due');
    if (now() < present.settledAt) return present.settledAt - now();

    if (this.#isLedgerTooLarge) return this.#blockedBy('a rebuild is due');
    const items = await ledger.onlyPage(signal);
    const players = items && Map.groupBy(items, playerOf);
    if (players === undefined || players.size > MAX_PLAYERS) {
      this.#isLedgerTooLarge = true;
      return this.#blockedBy('a rebuild is due');
    }
    const { isDone, failedPlayers } = await this.#comparePlayers(players, catalog, signal);
    if (failedPlayers > 0) return this.#blockedBy('players could not be compared');
    return isDone && (await record.complete(present, ids)) ? this.#rest() : RETRY_MS;
  }

  #blockedBy(obstacle: Obstacle): number {
    if (obstacle !== this.#obstacle) this.#options.observer.standingsIncomplete(obstacle);
    this.#obstacle = obstacle;
    return RECHECK_MS;
  }

  #rest(): number {
    this.#obstacle = undefined;
    return RECHECK_MS;
  }

  /** @returns `isDone`: unless players failed, all of them now have the standings that their ledgers give */
  async #comparePlayers(
    players: ReadonlyMap<string, readonly Item[]>,
    catalog: BoardCatalog,
    signal: AbortSignal,
  ): Promise<{ isDone: boolean; failedPlayers: number }> {
    const waiting = [...players];
    let failedPlayers = 0;
    const worker = async () => {
      for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
        try {
          await this.#comparePlayer(...next, catalog);
        } catch (error) {
          failedPlayers += 1;
          this.#options.observer.completenessFailed(error);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_PLAYERS }, worker));
    return { isDone: !signal.aborted, failedPlayers };
  }

  async #comparePlayer(
    playerId: string,
    items: readonly Item[],
    catalog: BoardCatalog,
  ): Promise<void> {
    const fold = new PlayerFold(catalog);
    for (const item of items) fold.add(toLedgerUpdate(item));
    const sleep = sleepBriefly(this.#options.sleep);
    await rebuildPlayer(playerId, fold, false, { ...this.#options, catalog, sleep });
  }
}

function playerOf(item: Item): string {
  return partitionOf(item, LEDGER_TABLE);
}

function isOfAnyTables({ tableIds }: Completeness): boolean {
  return tableIds.ledger !== '' || tableIds.standings !== '';
}
