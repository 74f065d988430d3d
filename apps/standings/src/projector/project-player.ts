import type { BoardCatalog } from '../board-catalog.ts';
import type { LedgerReader } from '../ledger-reader.ts';
import type { LedgerUpdate } from '../ledger-update.ts';
import { changeOf, trustedStart, type PlayerChange } from '../player-change.ts';
import { LEDGER_START, PlayerFold } from '../player-fold.ts';
import type { StandingsStore } from '../standings-store.ts';
import type { PlayerState } from '../table/standing-row.ts';
import type { ProjectorObserver } from './projector-observer.ts';

/** Times that another writer may be faster before the records go back to the queue. */
const MAX_ATTEMPTS = 6;
const BASE_DELAY_MS = 10;

export interface PlayerDependencies {
  readonly catalog: BoardCatalog;
  readonly store: StandingsStore;
  readonly ledger: LedgerReader;
  readonly observer: ProjectorObserver;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Other writers kept changing the player's standings. */
export class ContendedPlayerError extends Error {
  override readonly name = 'ContendedPlayerError';
  readonly code = 'CONTENDED_PLAYER';
}

/**
 * Brings a player's standings up to the newest of these events. It folds the events themselves where they follow what
 * is folded in already, and reads the ledger only where they do not. Doing it again changes nothing.
 *
 * @param updates events of one player, in any order, with repeats
 * @param read what the table held when the batch began
 * @returns the ledger timestamp of the oldest update that was new, undefined when none was
 * @throws {ContendedPlayerError} and whatever the tables throw
 */
export async function projectPlayer(
  playerId: string,
  updates: readonly LedgerUpdate[],
  read: PlayerState,
  dependencies: PlayerDependencies,
): Promise<number | undefined> {
  const { catalog, store, observer, now, random, sleep } = dependencies;
  let state = read;
  for (let attempt = 1; ; attempt += 1) {
    const fresh = freshUpdates(updates, state);
    const [oldest] = fresh;
    if (oldest === undefined) {
      observer.dropped(playerId, updates.length);
      return undefined;
    }
    const change = await planChange(playerId, fresh, state, dependencies);
    if ((await store.write(change)) === 'written') {
      observer.projected(playerId, fresh.length, Math.max(0, now() - oldest.timestamp));
      return oldest.timestamp;
    }
    observer.moved(playerId, attempt);
    if (attempt === MAX_ATTEMPTS) {
      throw new ContendedPlayerError(
        `Other writers were faster ${MAX_ATTEMPTS} times on the standings of player ${playerId}. ` +
          'Its records go back to the queue.',
      );
    }
    await sleep(random() * BASE_DELAY_MS * 2 ** attempt);
    state = await readAgain(playerId, updates, catalog, store);
  }
}

/** The events above what is folded in, each version once, in order. */
function freshUpdates(updates: readonly LedgerUpdate[], { applied }: PlayerState): LedgerUpdate[] {
  const byVersion = new Map(updates.map((update) => [update.version, update]));
  return [...byVersion.values()]
    .filter(({ version }) => version > (applied?.version ?? 0))
    .toSorted((a, b) => a.version - b.version);
}

async function planChange(
  playerId: string,
  fresh: readonly LedgerUpdate[],
  state: PlayerState,
  dependencies: PlayerDependencies,
): Promise<PlayerChange> {
  const { catalog, observer, now } = dependencies;
  const start = state.applied ?? LEDGER_START;
  const isDense = fresh.every(({ version }, index) => version === start.version + 1 + index);
  const isCurrent = isFoldedForPresentBoards(state, catalog);
  if (isDense && isCurrent) {
    const fold = new PlayerFold(catalog, state.standings, start);
    for (const update of fresh) fold.add(update);
    return changeOf(playerId, state, fold, catalog, { isComplete: false, now: now() });
  }
  const { change, fold } = await refoldPlayer(playerId, dependencies);
  observer.refolded(playerId, isCurrent ? 'gap' : 'definitions', fold.updates);
  // An event that the ledger no longer has was taken out of it since, and so it is out of the standings too.
  const newest = fresh.at(-1)?.version ?? 0;
  const missing = fold.missing + Math.max(0, newest - fold.end.version);
  if (missing > 0) observer.ledgerHasHoles(playerId, missing);
  return change;
}

/**
 * Folds what the ledger has beyond `#applied`, or all of it where the standings cannot be trusted. The standings are
 * read first: the ledger then holds everything that is folded into them.
 */
async function refoldPlayer(
  playerId: string,
  { catalog, store, ledger, now }: PlayerDependencies,
): Promise<{ change: PlayerChange; fold: PlayerFold }> {
  const state = await store.readPlayer(playerId);
  const start = trustedStart(state, catalog);
  const fold = start ? new PlayerFold(catalog, state.standings, start) : new PlayerFold(catalog);
  for await (const page of ledger.updatesAfter(playerId, fold.end.timestamp)) {
    for (const update of page) fold.add(update);
  }
  const isComplete = start === undefined;
  return { change: changeOf(playerId, state, fold, catalog, { isComplete, now: now() }), fold };
}

/** A player without `#applied` starts with its first update, whatever the definitions. */
function isFoldedForPresentBoards(state: PlayerState, catalog: BoardCatalog): boolean {
  if (state.applied) return trustedStart(state, catalog) !== undefined;
  return [...state.standings.values()].every(
    ({ board_window, definition_hash }) => catalog.hashOf(board_window) === definition_hash,
  );
}

async function readAgain(
  playerId: string,
  updates: readonly LedgerUpdate[],
  catalog: BoardCatalog,
  store: StandingsStore,
): Promise<PlayerState> {
  const states = await store.readKeys([
    { playerId, boardWindows: boardWindowsOf(updates, catalog) },
  ]);
  const state = states.get(playerId);
  if (state === undefined) throw new Error(`The store did not answer for player ${playerId}.`);
  return state;
}

/** Every board window in which one of the updates counts. */
export function boardWindowsOf(
  updates: readonly LedgerUpdate[],
  catalog: BoardCatalog,
): Set<string> {
  return new Set(
    updates.flatMap((update) => catalog.targetsOf(update).map(({ boardWindow }) => boardWindow)),
  );
}
