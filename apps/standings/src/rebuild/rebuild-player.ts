import type { BoardCatalog } from '../fold/board-catalog.ts';
import { foldLedger, UnsettledLedgerError } from '../fold/fold-ledger.ts';
import type { LedgerReader } from '../fold/ledger-reader.ts';
import { changeOf, type PlayerChange } from '../fold/player-change.ts';
import { PlayerFold, type FoldStart } from '../fold/player-fold.ts';
import type { StandingsStore } from '../fold/standings-store.ts';
import type { PlayerState } from '../table/standing-row.ts';
import { differencesOf, type Difference } from './difference.ts';

/** Times that live updates may be faster before the player is given up. */
const MAX_ATTEMPTS = 20;
const BASE_DELAY_MS = 10;
const MAX_DELAY_MS = 500;
/**
 * Age of an update from which everything older is taken for visible in the ledger, in ms: a transaction takes milliseconds,
 * and the clocks of the writer and of this machine may differ.
 */
const OLD_AFTER_MS = 60_000;

export interface RebuildDependencies {
  readonly catalog: BoardCatalog;
  readonly store: StandingsStore;
  readonly ledger: LedgerReader;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface PlayerResult {
  /** What the table held that the ledger does not say; all of it is written when that was asked for. */
  readonly differences: readonly Difference[];
  /** Versions that the ledger lacks (count). */
  readonly missing: number;
}

/** Live updates of a player did not leave the rebuild a moment. */
export class BusyPlayerError extends Error {
  override readonly name = 'BusyPlayerError';
  readonly code = 'BUSY_PLAYER';
}

/**
 * Compares one player's standings with the ledger, and writes them where they differ. Live updates may arrive at any
 * moment: the ledger is read beyond everything that the standings hold, and each write holds only if the item still is
 * what was read. So neither the rebuild nor the projector can win with older state.
 *
 * @param scanned the fold of the player's ledger as a scan came by it; undefined to read it from the start
 * @throws {BusyPlayerError} when live updates were faster 20 times
 * @throws {UnsettledLedgerError} when the ledger lacks an update before one that was written just now; the next run takes it
 */
export async function rebuildPlayer(
  playerId: string,
  scanned: PlayerFold | undefined,
  isCheck: boolean,
  dependencies: RebuildDependencies,
): Promise<PlayerResult> {
  const { store, random, sleep } = dependencies;
  // A scan that came by only a part of the player's items shows in the versions, which are dense from 1.
  let fold = scanned?.missing === 0 ? scanned : undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const state = await store.readPlayer(playerId);
    fold = await settledFold(playerId, fold, state, dependencies);
    const change = completeChange(playerId, state, fold, dependencies);
    const differences = differencesOf(change);
    const result = { differences, missing: fold.missing };
    if (differences.length === 0 || isCheck) return result;
    if ((await store.write(change)) === 'written') return result;
    await sleep(random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** attempt));
  }
  throw new BusyPlayerError(
    `Live updates of player ${playerId} were faster ${MAX_ATTEMPTS} times. Run the rebuild again when there are fewer.`,
  );
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
  const ageMs = ({ timestamp }: FoldStart) => now() - timestamp;
  const foldFrom = async (fold: PlayerFold, isOld: (update: FoldStart) => boolean) => {
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
function newestOf({ applied, standings }: PlayerState, { now }: RebuildDependencies): FoldStart {
  const version = Math.max(0, ...[...standings.values()].map((row) => row.version));
  if (applied && applied.version >= version) return applied;
  return { version, timestamp: now() };
}

function completeChange(
  playerId: string,
  state: PlayerState,
  fold: PlayerFold,
  { catalog, now }: RebuildDependencies,
): PlayerChange {
  return changeOf(playerId, state, fold, catalog, { isComplete: true, now: now() });
}
