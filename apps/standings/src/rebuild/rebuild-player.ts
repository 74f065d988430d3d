import type { Runtime } from '@leaderboard/function';
import { backoffMs } from '@leaderboard/tables';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import { foldLedger, UnsettledLedgerError, type PlayerLedger } from '../fold/fold-ledger.ts';
import { changeOf, type PlayerState } from '../fold/player-change.ts';
import { PlayerFold, type LedgerPosition } from '../fold/player-fold.ts';
import type { StandingsStore } from '../storage/standings-store.ts';
import { differencesOf, type Difference } from './difference.ts';

/** Attempts while live updates change the same player. */
const MAX_ATTEMPTS = 20;
const BACKOFF = { baseMs: 20, maxMs: 500, jitter: 1 };
/**
 * Age of an update from which everything older counts as visible in the ledger, in ms: a transaction takes milliseconds, and
 * the clocks of the writer and of this machine may differ.
 */
export const OLD_AFTER_MS = 60_000;

export interface RebuildDependencies extends Runtime {
  readonly catalog: BoardCatalog;
  readonly store: StandingsStore;
  readonly ledger: PlayerLedger;
}

export interface PlayerResult {
  /** Items of the table that differ from the fold of the ledger; without `isCheck` all of them are written. */
  readonly differences: readonly Difference[];
  /** Versions that the ledger lacks (count). */
  readonly missing: number;
  /** The last version that is folded; 0 where the ledger has none. */
  readonly version: number;
}

/** Live updates changed a player during every attempt. */
export class BusyPlayerError extends Error {
  override readonly name = 'BusyPlayerError';
  readonly code = 'BusyPlayer';
}

/**
 * Compares one player's standings with the ledger, and writes them where they differ. Live updates may arrive at any
 * moment: the ledger is read beyond everything that the standings hold, and each write takes place only if the item still
 * is what was read. So neither the rebuild nor the projector can overwrite newer state with older state.
 *
 * @param scanned the fold of the player's ledger as a scan found it; undefined to read it from the start
 * @param isCheck compare only, write nothing
 * @throws {BusyPlayerError} when live updates changed the player during each of 20 attempts
 * @throws {UnsettledLedgerError} when the ledger lacks an update before one that was written just now; the next run folds it
 */
export async function rebuildPlayer(
  playerId: string,
  scanned: PlayerFold | undefined,
  isCheck: boolean,
  dependencies: RebuildDependencies,
): Promise<PlayerResult> {
  const { catalog, store, now, random, sleep } = dependencies;
  // A scan that found only a part of the player's items shows in the versions, which are dense from 1.
  let fold = scanned?.missing === 0 ? scanned : undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const state = await store.readPlayer(playerId);
    fold = await settledFold(playerId, fold, state, dependencies);
    const change = changeOf(playerId, state, fold, catalog, now());
    const differences = differencesOf(change);
    const result = { differences, missing: fold.missing, version: fold.end.version };
    if (differences.length === 0 || isCheck) return result;
    if ((await store.write(change)) === 'written') return result;
    await sleep(backoffMs(attempt, random(), BACKOFF));
  }
  throw new BusyPlayerError(
    `Live updates changed player ${playerId} first, ${MAX_ATTEMPTS} times. Run the rebuild again when there are fewer.`,
  );
}

/** Longest pause of {@link sleepBriefly} (ms). */
const MAX_PAUSE_MS = 1_000;

/** A `sleep` for a function: a ledger that has to settle first takes up to a minute, which an invocation does not have. */
export function sleepBriefly(sleep: Runtime['sleep']): Runtime['sleep'] {
  return async (ms) => {
    if (ms > MAX_PAUSE_MS) {
      throw new Error(`The ledger settles in ${ms} ms. The next attempt reads it again.`);
    }
    await sleep(ms);
  };
}

/** A fold of the player's ledger that reaches at least as far as the standings that were read. */
async function settledFold(
  playerId: string,
  begun: PlayerFold | undefined,
  state: PlayerState,
  dependencies: RebuildDependencies,
): Promise<PlayerFold> {
  const known = newestOf(state, dependencies);
  if (begun !== undefined && known.version <= begun.end.version) return begun;
  const { catalog, ledger, now, sleep } = dependencies;
  const ageMs = ({ timestamp }: LedgerPosition) => now() - timestamp;
  const foldFrom = async (fold: PlayerFold, isOld: (update: LedgerPosition) => boolean) => {
    await foldLedger(fold, { playerId, ledger, known, isOld });
    return fold;
  };
  try {
    return await foldFrom(
      begun ?? new PlayerFold(catalog),
      (update) => ageMs(update) >= OLD_AFTER_MS,
    );
  } catch (error) {
    if (!(error instanceof UnsettledLedgerError)) throw error;
    const { next } = error;
    await sleep(Math.min(OLD_AFTER_MS, OLD_AFTER_MS - ageMs(next)));
    return foldFrom(
      new PlayerFold(catalog),
      (update) => update.version <= next.version || ageMs(update) >= OLD_AFTER_MS,
    );
  }
}

/** The newest update that the standings hold. The time of one that is not applied to all of them yet is not known. */
function newestOf(
  { applied, standings }: PlayerState,
  { now }: RebuildDependencies,
): LedgerPosition {
  const version = Math.max(0, ...[...standings.values()].map((row) => row.version));
  if (applied && applied.version >= version) return applied;
  return { version, timestamp: now() };
}
