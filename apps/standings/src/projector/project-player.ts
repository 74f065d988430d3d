import type { Runtime } from '@leaderboard/function';
import { backoffMs, type LedgerUpdate } from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import { foldLedger, type PlayerLedger } from '../fold/fold-ledger.ts';
import {
  changeOf,
  trustedStart,
  type PlayerChange,
  type PlayerState,
} from '../fold/player-change.ts';
import { LEDGER_START, PlayerFold, type LedgerPosition } from '../fold/player-fold.ts';
import type { StandingsStore } from '../storage/standings-store.ts';
import type { JointWriter } from './joint-write.ts';
import type { ProjectorObserver } from './projector-observer.ts';

/** Attempts while other writers change the same player, before the records go back to the queue. */
const MAX_ATTEMPTS = 6;
const BACKOFF = { baseMs: 20, maxMs: 320, jitter: 1 };

export interface PlayerDependencies extends Runtime {
  readonly catalog: BoardCatalog;
  readonly store: StandingsStore;
  readonly ledger: PlayerLedger;
  readonly observer: ProjectorObserver;
}

/** One player's events of a batch. */
export interface PlayerEvents {
  readonly playerId: string;
  /** In any order, with repeats. */
  readonly updates: readonly LedgerUpdate[];
  /**
   * Version of the newest event that has been known for so long that everything older must be visible in the ledger; 0
   * if there is none.
   */
  readonly oldVersion: number;
}

/** Other writers kept changing the player's standings. */
export class ContendedPlayerError extends Error {
  override readonly name = 'ContendedPlayerError';
  readonly code = 'ContendedPlayer';
}

/**
 * Brings a player's standings up to the newest of these events. It folds the events themselves where they follow what
 * is folded in already, and reads the ledger only where they do not. Doing it again changes nothing.
 *
 * @param read what the table held when the batch began
 * @param joint takes the first write of this player, if that follows from the events alone
 * @returns `oldest`: the ledger timestamp of the oldest update that was new, undefined when none was; `isRefolded`: whether they
 * were folded from the ledger
 * @throws {ContendedPlayerError} {@link UnsettledLedgerError}, and whatever the tables throw: nothing is written then, or
 * what was written is correct and the rest follows with the next attempt
 */
export async function projectPlayer(
  events: PlayerEvents,
  read: PlayerState,
  joint: JointWriter,
  dependencies: PlayerDependencies,
): Promise<{ oldest: number | undefined; isRefolded: boolean }> {
  const { catalog, store, observer, now, random, sleep } = dependencies;
  const { playerId, updates } = events;
  let state = read;
  for (let attempt = 1; ; attempt += 1) {
    const fresh = freshUpdates(updates, state);
    const [oldest] = fresh;
    if (oldest === undefined) {
      observer.dropped(playerId, updates.length);
      return { oldest: undefined, isRefolded: false };
    }
    const next = foldEvents({ ...events, updates: fresh }, state, dependencies);
    // A player who has to be folded from the ledger holds up no other.
    if (next === undefined) joint.leave();
    const change = next ?? (await refold({ ...events, updates: fresh }, state, dependencies));
    const isJoint = next !== undefined && attempt === 1;
    if ((await (isJoint ? joint.write(change) : store.write(change))) === 'written') {
      observer.projected(playerId, fresh.length, Math.max(0, now() - oldest.timestamp));
      return { oldest: oldest.timestamp, isRefolded: next === undefined };
    }
    observer.moved(playerId, attempt);
    if (attempt === MAX_ATTEMPTS) {
      throw new ContendedPlayerError(
        `Other writers changed the standings of player ${playerId} first, ${MAX_ATTEMPTS} times. ` +
          'Its records go back to the queue.',
      );
    }
    await sleep(backoffMs(attempt, random(), BACKOFF));
    state = await readAgain(playerId, updates, catalog, store);
  }
}

/** The events that are not folded in yet, each version once, in order. */
function freshUpdates(updates: readonly LedgerUpdate[], { applied }: PlayerState): LedgerUpdate[] {
  const byVersion = new Map(updates.map((update) => [update.version, update]));
  return [...byVersion.values()]
    .filter(({ version }) => version > (applied?.version ?? 0))
    .toSorted((a, b) => a.version - b.version);
}

/**
 * The change that the events make, where they follow what is folded in.
 *
 * @param events those that are not folded in yet, each version once, in order
 * @returns undefined when the ledger has to be read
 */
function foldEvents(
  { playerId, updates }: PlayerEvents,
  state: PlayerState,
  { catalog, now }: PlayerDependencies,
): PlayerChange | undefined {
  const start = state.applied ?? LEDGER_START;
  const isDense = updates.every(({ version }, index) => version === start.version + 1 + index);
  if (!isDense || !isFoldedForCurrentBoards(state, catalog)) return undefined;
  const fold = new PlayerFold(catalog, state.standings, start);
  for (const update of updates) fold.add(update);
  return changeOf(playerId, state, fold, catalog, now());
}

async function refold(
  events: PlayerEvents,
  state: PlayerState,
  dependencies: PlayerDependencies,
): Promise<PlayerChange> {
  const { catalog, observer } = dependencies;
  const { playerId } = events;
  const { change, fold } = await refoldPlayer(events, dependencies);
  const isCurrent = isFoldedForCurrentBoards(state, catalog);
  observer.refolded(playerId, isCurrent ? 'gap' : 'definitions', fold.updates);
  // The standings do not hold items that were removed from the ledger either.
  if (fold.missing > 0) observer.ledgerHasHoles(playerId, fold.missing);
  return change;
}

/**
 * Folds what the ledger has beyond what is applied, or all of it where the standings cannot be trusted. The standings are
 * read first: the ledger then holds everything that is folded into them.
 */
async function refoldPlayer(
  { playerId, updates, oldVersion }: PlayerEvents,
  { catalog, store, ledger, now }: PlayerDependencies,
): Promise<{ change: PlayerChange; fold: PlayerFold }> {
  const state = await store.readPlayer(playerId);
  const start = trustedStart(state, catalog);
  const fold = start ? new PlayerFold(catalog, state.standings, start) : new PlayerFold(catalog);
  await foldLedger(fold, {
    playerId,
    ledger,
    known: newestOf(updates, state),
    isOld: ({ version }) => version <= oldVersion,
  });
  return { change: changeOf(playerId, state, fold, catalog, now()), fold };
}

/** What the ledger must reach: the newest event, or what another projector has applied meanwhile. */
function newestOf(updates: readonly LedgerUpdate[], { applied }: PlayerState): LedgerPosition {
  const known: LedgerPosition[] = applied ? [...updates, applied] : [...updates];
  return known.reduce((a, b) => (b.version > a.version ? b : a), LEDGER_START);
}

/** A player to whom nothing was applied starts with its first update, whatever the definitions. */
function isFoldedForCurrentBoards(state: PlayerState, catalog: BoardCatalog): boolean {
  if (state.applied) return trustedStart(state, catalog) !== undefined;
  return [...state.standings.values()].every(({ definition_hash }) =>
    catalog.folds(definition_hash),
  );
}

async function readAgain(
  playerId: string,
  updates: readonly LedgerUpdate[],
  catalog: BoardCatalog,
  store: StandingsStore,
): Promise<PlayerState> {
  const states = await store.readKeys([{ playerId, standings: standingKeysOf(updates, catalog) }]);
  const state = states.get(playerId);
  if (state === undefined) throw new Error(`The store returned no state for player ${playerId}.`);
  return state;
}

/** The keys of all standings in which one of the updates counts. */
export function standingKeysOf(
  updates: readonly LedgerUpdate[],
  catalog: BoardCatalog,
): Set<string> {
  return new Set(updates.flatMap((update) => catalog.targetsOf(update).map(({ key }) => key)));
}
