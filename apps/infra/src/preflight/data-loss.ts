import { TYPES } from '../graph/resource-types.ts';

/** A table or queue that a command would delete, with what it holds. */
export interface DataLoss {
  kind: 'table' | 'queue';
  name: string;
  /** The properties whose change replaces it; undefined when it is deleted. */
  changed: readonly string[] | undefined;
  /** Pulumi itself refuses to delete it. */
  isProtected: boolean;
}

/** The part of `pulumi preview --json` that is read. */
interface Preview {
  steps?: readonly Step[];
}

interface Step {
  op: string;
  urn: string;
  replaceReasons?: readonly string[];
  oldState?: {
    type: string;
    protect?: boolean;
    inputs?: { name?: string };
    outputs?: { name?: string };
  };
}

const KINDS = new Map<string, DataLoss['kind']>([
  [TYPES.table, 'table'],
  [TYPES.queue, 'queue'],
]);

/** Operations after which the resource with its data is gone, or no longer part of the stack. */
const LOSING = new Set([
  'delete',
  'delete-replaced',
  'replace',
  'create-replacement',
  'discard',
  'discard-replaced',
]);

/**
 * The tables and queues that an update would replace or delete.
 *
 * @param preview what `pulumi preview --json` prints; it lists them even when it fails as one is protected.
 * @throws SyntaxError when it is not JSON.
 */
export function dataLossOf(preview: string): DataLoss[] {
  const { steps = [] } = JSON.parse(preview) as Preview;
  const losses = new Map<string, DataLoss>();
  for (const { op, urn, oldState, replaceReasons } of steps) {
    const kind = KINDS.get(oldState?.type ?? '');
    // The first step of a replacement has its reasons.
    if (kind === undefined || !LOSING.has(op) || losses.has(urn)) continue;
    losses.set(urn, {
      kind,
      name: oldState?.outputs?.name ?? oldState?.inputs?.name ?? urn,
      changed: op === 'delete' ? undefined : (replaceReasons ?? []),
      isProtected: oldState?.protect === true,
    });
  }
  return [...losses.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Why the update is refused, and how to go on. */
export function refusalOfDataLoss(losses: readonly DataLoss[], stack: string): string {
  const lines = losses.map(({ kind, name, changed, isProtected }) => {
    const what = changed === undefined ? 'deletes' : 'replaces';
    const why = changed?.length ? ` (${changed.join(', ')} changed)` : '';
    return `  - ${what} the ${kind} ${name}${why}${isProtected ? ', which is protected' : ''}`;
  });
  const unprotect = losses.some(({ isProtected }) => isProtected)
    ? [
        `set leaderboard:protectTables to 'false' in apps/infra/Pulumi.${stack}.yaml and run infra:up`,
      ]
    : [];
  const steps = [
    'save what it holds (aws dynamodb create-backup; let queues drain, redrive or save dead letters)',
    ...unprotect,
    'add --allow-data-loss',
  ];
  return [
    `Nothing was changed: this update of stack ${stack}`,
    ...lines,
    'and what these hold is lost. Most likely a name, a key or the region has changed, or a resource was renamed in the program: take that back.',
    `If it is meant: ${steps.join('; then ')}.`,
  ].join('\n');
}
