import { CHANGES_BUCKET_MS, changesBucket } from '@leaderboard/tables';
import type { BoardReader } from '../storage/board-reader.ts';

/**
 * After how many minutes without a change a board is looked at: soon, because readers pay for its log, and once more, in case
 * the compactor failed then.
 */
const QUIET_MINUTES = [3, 15];

/**
 * The board windows whose last change is 3 or 15 minutes old. Boards that change all the time are not among them: projectors
 * start the compactor for these.
 */
export async function quietBoardWindows(
  boards: Pick<BoardReader, 'readChanges'>,
  nowMs: number,
): Promise<string[]> {
  const minutes = Math.max(...QUIET_MINUTES);
  const newest = changesBucket(nowMs);
  const later = new Set<string>();
  const quiet: string[] = [];
  for (let age = 0; age <= minutes; age += 1) {
    const changed = await boards.readChanges(newest - age * CHANGES_BUCKET_MS);
    if (QUIET_MINUTES.includes(age)) quiet.push(...changed.filter((window) => !later.has(window)));
    for (const window of changed) later.add(window);
  }
  return quiet;
}
