import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { History } from './history.ts';
import { planHistory, type HistoryPlan } from './history-plan.ts';
import { TABLES } from './table-access.ts';

/** A history in which the processor broke a promise. */
export interface Finding {
  readonly seed: number;
  readonly violation: Error;
  readonly plan: HistoryPlan;
  readonly trace: readonly string[];
}

export interface PlayOptions {
  /** Seed of the first history; the next one has the next seed. */
  readonly seed: number;
  readonly runs: number;
  /** @param played histories so far */
  readonly onProgress?: (played: number) => void;
}

/**
 * Plays histories on an engine of their own until one breaks a promise.
 *
 * @returns the history that did, or undefined
 * @example
 * const finding = await playHistories({ seed: 1, runs: 2_000 });
 */
export async function playHistories({
  seed: firstSeed,
  runs,
  onProgress,
}: PlayOptions): Promise<Finding | undefined> {
  const engine = await startDynamoDbEngine();
  try {
    await createTables(engine.client, TABLES);
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      const plan = planHistory(seed);
      const history = new History(plan, engine, `h${seed}`);
      try {
        await history.play();
      } catch (error) {
        const violation = error instanceof Error ? error : new Error(String(error));
        return { seed, violation, plan, trace: history.trace };
      }
      onProgress?.(seed - firstSeed + 1);
    }
    return undefined;
  } finally {
    await engine.stop();
  }
}

/** A finding for people: what was broken, in which history, and every event that led there. */
export function describeFinding({ seed, violation, plan, trace }: Finding): string {
  const settings = Object.entries(plan).map(
    ([name, value]) =>
      `  ${name}: ${JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}`,
  );
  return [
    `${violation.name}: ${violation.message}`,
    '',
    `History ${seed}:`,
    ...settings,
    '',
    ...trace,
    '',
    `Again: nx run processor:histories --seed ${seed} --runs 1`,
  ].join('\n');
}
