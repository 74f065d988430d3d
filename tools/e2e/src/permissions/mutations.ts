import { createHash } from 'node:crypto';
import { describeGrant } from '@leaderboard/local/stack-control';
import type { StackUsage } from './usage-file.ts';

/** A permission to take away, and the specs that use it. */
export interface Mutation {
  /** `<owner>:<statement id>:<action>` */
  readonly grant: string;
  readonly action: string;
  /** File names, the quickest first. */
  readonly specs: readonly string[];
}

/**
 * Every permission of the program that a test uses, each once, whatever resources it is for. What a test grants itself, to
 * act as another principal, does not belong to the program.
 *
 * @param durationsMs how long each spec took at its last run
 */
export function mutationsOf(
  usages: readonly StackUsage[],
  durationsMs: ReadonlyMap<string, number>,
): Mutation[] {
  const found = new Map<string, { action: string; specs: Set<string> }>();
  for (const { spec, grants, used } of usages) {
    const granted = new Set(grants.map(describeGrant));
    for (const grant of used) {
      const name = describeGrant(grant);
      if (!granted.has(name)) continue;
      const mutation = found.get(name) ?? { action: grant.action, specs: new Set() };
      found.set(name, mutation);
      mutation.specs.add(spec);
    }
  }
  const durationOf = (spec: string) => durationsMs.get(spec) ?? Number.POSITIVE_INFINITY;
  return [...found]
    .map(([grant, { action, specs }]) => ({
      grant,
      action,
      specs: [...specs].sort((a, b) => durationOf(a) - durationOf(b) || a.localeCompare(b)),
    }))
    .sort((a, b) => a.grant.localeCompare(b.grant));
}

/** A sample of this size; the same seed chooses the same. */
export function sampleOf(mutations: readonly Mutation[], size: number, seed: string): Mutation[] {
  const rankOf = ({ grant }: Mutation) =>
    createHash('sha256').update(`${seed} ${grant}`).digest('hex');
  return [...mutations].sort((a, b) => rankOf(a).localeCompare(rankOf(b))).slice(0, size);
}
