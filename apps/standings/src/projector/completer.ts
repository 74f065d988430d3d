import type { CompletenessRecord } from '../fold/completeness-record.ts';
import { newCheckpoint } from '../rebuild/checkpoint.ts';
import { rebuild } from '../rebuild/rebuild.ts';
import type { RebuildDependencies } from '../rebuild/rebuild-player.ts';
import type { Segment } from '../rebuild/table-scan.ts';
import { textOf, type Item } from '../table/attributes.ts';
import type { Completeness, TableIds } from '../table/completeness-item.ts';
import type { LedgerPage } from './ledger-page.ts';
import type { ProjectorObserver } from './projector-observer.ts';

/** Players that a projector compares with the ledger; more are left to the rebuild. */
const MAX_PLAYERS = 500;
/** Players that are compared at the same time. */
const PARALLEL_PLAYERS = 4;
/** Pause before the next attempt, in ms, after one that failed or ran out of time. */
const RETRY_MS = 5_000;
/** The same where a person has something to do first, and once the standings are complete: a rebuild may begin. */
const RECHECK_MS = 60_000;
/** Longest pause within an attempt (ms). */
const MAX_PAUSE_MS = 1_000;

export interface CompleterOptions extends RebuildDependencies {
  readonly record: CompletenessRecord;
  readonly ledgerPage: LedgerPage;
  readonly tableIds: (signal: AbortSignal) => Promise<TableIds>;
  readonly observer: Pick<ProjectorObserver, 'standingsIncomplete' | 'completenessFailed'>;
}

/** What keeps the standings from counting as complete, in the words of the log. */
type Obstacle =
  | 'a rebuild is due'
  | 'a rebuild is under way, or was stopped'
  | 'definitions changed'
  | 'players could not be compared';

/**
 * Finds out whether the standings hold the fold of the whole ledger, so that a new stack with a small ledger needs no
 * rebuild before its reads are exact.
 *
 * Why its record is right: the page of the ledger holds every update whose write had ended when it was read, and each
 * player in it is brought to the fold of its ledger afterwards. An update that is not in the page was written later, so
 * stream and queue bring it, which the lag covers, or the dead-letter queues hold it, which makes no read exact. No
 * standing is folded under other definitions: the record names the projectors' definitions before they write, invocations
 * of former projectors have ended at `settledAt`, and the record is written only if it still is what was read before the
 * page. A table that is not the one of an earlier record may hold standings that the ledger does not explain, which this
 * does not look for: it is left to the rebuild.
 */
export class Completer {
  readonly #options: CompleterOptions;
  #hasClaimed = false;
  #nextAttemptMs = 0;
  /** What was logged last. */
  #obstacle: Obstacle | undefined;
  /** A ledger only grows. */
  #isLedgerTooLarge = false;

  constructor(options: CompleterOptions) {
    this.#options = options;
  }

  /** Before a process writes anything. @throws when the record cannot be read or written: nothing may be projected */
  async claim(): Promise<void> {
    if (this.#hasClaimed) return;
    const { record, catalog } = this.#options;
    await record.claim(catalog.hashList);
    this.#hasClaimed = true;
  }

  /**
   * After a batch. Never throws: a failure leaves reads as they are, and no record is returned for it.
   *
   * @param signal ends the attempt; the next one goes on
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
    const { record, tableIds, ledgerPage, catalog, now } = this.#options;
    const present = await record.read(signal);
    if (present?.projected.join() !== catalog.hashes) return this.#give('definitions changed');
    const ids = await tableIds(signal);
    const isOfTheseTables =
      present.tableIds.ledger === ids.ledger && present.tableIds.standings === ids.standings;
    if (isOfTheseTables && present.complete.join() === catalog.hashes) return this.#rest();
    if (present.rebuildRun !== '') return this.#give('a rebuild is under way, or was stopped');
    if (!isOfTheseTables && isOfAnyTables(present)) return this.#give('a rebuild is due');
    if (now() < present.settledAt) return present.settledAt - now();

    if (this.#isLedgerTooLarge) return this.#give('a rebuild is due');
    const items = await ledgerPage.read(signal);
    const players = items && [...Map.groupBy(items, (item) => textOf(item, 'player_id')).values()];
    if (players === undefined || players.length > MAX_PLAYERS) {
      this.#isLedgerTooLarge = true;
      return this.#give('a rebuild is due');
    }
    const { isDone, failedPlayers } = await this.#rebuild(players, signal);
    if (failedPlayers > 0) return this.#give('players could not be compared');
    return isDone && (await record.complete(present, ids)) ? this.#rest() : RETRY_MS;
  }

  #give(obstacle: Obstacle): number {
    if (obstacle !== this.#obstacle) this.#options.observer.standingsIncomplete(obstacle);
    this.#obstacle = obstacle;
    return RECHECK_MS;
  }

  #rest(): number {
    this.#obstacle = undefined;
    return RECHECK_MS;
  }

  /** A ledger that has to settle first takes up to a minute, which an invocation does not have. */
  async #pause(ms: number): Promise<void> {
    if (ms > MAX_PAUSE_MS)
      throw new Error(`The ledger settles in ${ms} ms. The next attempt reads it again.`);
    await this.#options.sleep(ms);
  }

  /** @returns `isDone`: unless players failed, all of them now have the standings that their ledgers give */
  async #rebuild(
    players: readonly Item[][],
    signal: AbortSignal,
  ): Promise<{ isDone: boolean; failedPlayers: number }> {
    const { catalog, observer } = this.#options;
    const identity = { ledger: '', standings: '', definitions: catalog.hashes } as const;
    const checkpoint = newCheckpoint({ ...identity, mode: 'write' }, PARALLEL_PLAYERS, '');
    const isDone = await rebuild({
      ...this.#options,
      sleep: (ms) => this.#pause(ms),
      checkpoint,
      signal,
      settleMs: 0,
      scanner: {
        async *scanLedger({ index, total }: Segment) {
          yield* players.filter((_, player) => player % total === index);
        },
        async *scanStandingKeys() {
          // Every standing here was folded from this ledger.
          yield [];
        },
      },
      observer: {
        progressed: () => undefined,
        differs: () => undefined,
        ledgerHasHoles: () => undefined,
        playerFailed: (_, error) => {
          observer.completenessFailed(error);
        },
      },
    });
    return { isDone, failedPlayers: checkpoint.counts.failedPlayers };
  }
}

function isOfAnyTables({ tableIds }: Completeness): boolean {
  return tableIds.ledger !== '' || tableIds.standings !== '';
}
