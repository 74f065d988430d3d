import type { BatchDependencies, ReturnedRecords } from './project-batch.ts';

type NoteDependencies = Pick<BatchDependencies, 'retries' | 'observer'>;

/**
 * Notes that records of a player are being retried. Never throws: the standings are right without the note.
 *
 * @param again when to try once more after a failure; undefined not to
 */
export async function noteReturned(
  group: Pick<ReturnedRecords, 'player' | 'pauseSeconds'>,
  again: Promise<void> | undefined,
  dependencies: NoteDependencies,
): Promise<void> {
  try {
    await dependencies.retries.returned(group);
  } catch (error) {
    if (again === undefined) {
      dependencies.observer.retryNoteFailed(group.player?.playerId ?? '', error);
      return;
    }
    await again;
    await noteReturned(group, undefined, dependencies);
  }
}

/**
 * Removes the note of a player whose records were retried with success. Never throws. A removal that fails is not repeated
 * with a later batch: another process may have noted a failure of this player by then.
 */
export async function removeNote(
  playerId: string,
  { retries, observer }: NoteDependencies,
): Promise<void> {
  try {
    await retries.succeeded(playerId);
  } catch (error) {
    observer.retryNoteLeft(playerId, error);
  }
}
