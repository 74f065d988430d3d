import { RankHistory } from './rank-history.ts';

/** A history in which an answer was wrong, or something was lost. */
export interface Finding {
  readonly seed: number;
  readonly violation: Error;
}

export interface PlayOptions {
  /** Seed of the first history; the next one has the next seed. */
  readonly seed: number;
  readonly runs: number;
  /** @param played histories so far */
  readonly onProgress?: (played: number) => void;
}

export interface Played {
  readonly histories: number;
  /** Answers that were compared. */
  readonly reads: number;
  readonly finding: Finding | undefined;
}

/** Plays histories until one breaks a promise. */
export async function playHistories({
  seed: firstSeed,
  runs,
  onProgress,
}: PlayOptions): Promise<Played> {
  let reads = 0;
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const history = new RankHistory(seed);
    try {
      await history.play();
    } catch (error) {
      const violation = error instanceof Error ? error : new Error(String(error));
      return { histories: seed - firstSeed + 1, reads, finding: { seed, violation } };
    }
    reads += history.reads;
    onProgress?.(seed - firstSeed + 1);
  }
  return { histories: runs, reads, finding: undefined };
}
