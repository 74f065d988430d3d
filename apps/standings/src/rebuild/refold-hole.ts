import type { Hole } from '@leaderboard/tables';
import type { Holes } from '../storage/holes.ts';
import { OLD_AFTER_MS, rebuildPlayer, type RebuildDependencies } from './rebuild-player.ts';

export interface RefoldDependencies extends RebuildDependencies {
  readonly holes: Pick<Holes, 'close'>;
}

/**
 * Folds the whole ledger of a hole's player, and closes the hole once the standings hold what was missing: the fold has reached
 * its version, or the hole is so old that the ledger shows everything that was written before it.
 *
 * @param hole of one player, as it was read before
 * @returns false when it stays: it is too young, or was noted again
 * @throws what {@link rebuildPlayer} throws; the hole stays then too
 */
export async function refoldHole(hole: Hole, dependencies: RefoldDependencies): Promise<boolean> {
  const isOld = dependencies.now() - hole.notedAt >= OLD_AFTER_MS;
  const { version } = await rebuildPlayer(hole.player, undefined, false, dependencies);
  const hasPassed = hole.version !== undefined && hole.version <= version;
  return (hasPassed || isOld) && (await dependencies.holes.close(hole));
}
