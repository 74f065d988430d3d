import type { Grant } from '@leaderboard/local/stack-control';
import type { StackUsage } from './usage-file.ts';

/** A grant that no end-to-end test can use, with the reason why it is needed all the same. */
export interface UnusedGrantException {
  readonly owner: string;
  readonly sid: string;
  readonly action: string;
  /** Left out: on every resource of the statement. */
  readonly resource?: string;
  readonly reason: string;
}

export interface UnusedGrantsReport {
  readonly granted: number;
  /** Granted, and neither used nor excepted. */
  readonly unused: readonly Grant[];
  /** Exceptions for grants that are not there, or that are used. */
  readonly stale: readonly UnusedGrantException[];
}

/** Compares what the program grants with what the tests of all spec files together have used. */
export function reportUnusedGrants(
  usages: readonly StackUsage[],
  exceptions: readonly UnusedGrantException[],
): UnusedGrantsReport {
  const used = new Set(usages.flatMap((usage) => usage.used.map(keyOf)));
  const granted = new Map(
    usages.flatMap((usage) => usage.grants.map((grant) => [keyOf(grant), grant])),
  );
  const idle = [...granted].filter(([key]) => !used.has(key)).map(([, grant]) => grant);
  return {
    granted: granted.size,
    unused: idle.filter((grant) => !exceptions.some((exception) => covers(exception, grant))),
    stale: exceptions.filter((exception) => !idle.some((grant) => covers(exception, grant))),
  };
}

function keyOf({ owner, sid, action, resource }: Grant): string {
  return JSON.stringify([owner, sid, action, resource]);
}

function covers(exception: UnusedGrantException, grant: Grant): boolean {
  return (
    exception.owner === grant.owner &&
    exception.sid === grant.sid &&
    exception.action === grant.action &&
    (exception.resource === undefined || exception.resource === grant.resource)
  );
}

/** The report in words; undefined when nothing is wrong. */
export function describeProblems({ unused, stale }: UnusedGrantsReport): string | undefined {
  const lines: string[] = [];
  if (unused.length > 0) {
    lines.push('Granted, and used by no end-to-end test:');
    for (const { owner, sid, action, resource } of unused) {
      lines.push(`  ${owner}  ${sid}  ${action}  on ${resource}`);
    }
    lines.push(
      'Take them out of the Pulumi program, test what needs them, or name the reason in tools/e2e/unused-grants.json.',
    );
  }
  if (stale.length > 0) {
    lines.push('Exceptions in tools/e2e/unused-grants.json that no longer apply:');
    for (const { owner, sid, action } of stale) lines.push(`  ${owner}  ${sid}  ${action}`);
  }
  return lines.length === 0 ? undefined : lines.join('\n');
}
