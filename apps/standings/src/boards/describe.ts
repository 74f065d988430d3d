import { DEPLOYED_SET, type BuildProgress } from '@leaderboard/tables';
import type { BoardChange } from './board-changes.ts';
import type { BoardPlan } from './board-plan.ts';
import type { BoardPreview, PreviewEntry } from './rank-preview.ts';

export interface BoardStatus {
  readonly id: string;
  /** Whether the standings hold the whole ledger under its definition. */
  readonly complete: boolean;
}

/** What `boards:status` says. */
export interface BoardsStatus {
  readonly served: { readonly id: string; readonly boards: readonly BoardStatus[] };
  readonly building:
    | {
        readonly id: string;
        readonly boards: readonly BoardStatus[];
        /** Until when projectors may not have seen it; ISO 8601 in UTC. */
        readonly starts_at: string | undefined;
        readonly progress: BuildProgress | undefined;
        /** Items of the ledger, as DynamoDB counts them every six hours. */
        readonly ledger: number;
      }
    | undefined;
}

/** A plan for the terminal. */
export function describePlan(plan: BoardPlan, isSame: boolean): string {
  if (isSame) return 'These boards are served already. There is nothing to change.';
  const { changes, preview, estimate, definitions } = plan;
  const lines = changes.flatMap(describeChange);
  if (changes.length === 0) {
    lines.push(
      `The order of the boards or the default board changes, to ${definitions.default_board}.`,
    );
  }
  if (changes.some(({ fields }) => 'min_score' in fields || 'max_score' in fields)) {
    lines.push(
      '',
      'Score bounds change. The processor refuses updates by the bounds of the deployed boards: deploy this file too (boardDefinitionsFile), before bounds get wider, after they get narrower.',
    );
  }
  const sample = preview.isWhole
    ? `all ${preview.players} players`
    : `${preview.players} players of the ledger; ranks are among these`;
  if (preview.boards.length > 0) lines.push('', `Ranks, for ${sample}:`);
  for (const board of preview.boards) lines.push(...describePreview(board));
  const { updates, players, readUnits, writeUnits, dollars } = estimate;
  lines.push(
    '',
    changes.every(({ kind }) => kind === 'removed')
      ? 'Nothing is to be built: the change costs nothing.'
      : `The build folds about ${updates} updates of ${players} players: ${readUnits} read units and ${writeUnits} write units, $${dollars.toFixed(dollars < 1 ? 4 : 2)} on demand in us-west-1.`,
  );
  return lines.join('\n');
}

function describeChange({ id, kind, fields }: BoardChange): string[] {
  if (kind === 'added') return [`+ ${id}`];
  if (kind === 'removed') return [`- ${id}`];
  return [
    `~ ${id}`,
    ...Object.entries(fields).map(
      ([key, { before, after }]) => `    ${key}: ${show(before)} -> ${show(after)}`,
    ),
  ];
}

function show(value: unknown): string {
  return value === undefined ? '(none)' : JSON.stringify(value);
}

function describePreview({ board, window, players, moved, before, after }: BoardPreview): string[] {
  const lines = [
    '',
    before.length === 0
      ? `${board}, ${window}: ${players} players`
      : `${board}, ${window}: ${moved} of ${players} players change their rank`,
  ];
  const width = Math.max(6, ...before.map((entry) => placed(entry).length));
  if (before.length === 0) lines.push(...after.map((entry) => `  ${placed(entry)}`));
  else {
    lines.push(`  ${'before'.padEnd(width)}   after`);
    for (let row = 0; row < Math.max(before.length, after.length); row += 1) {
      lines.push(`  ${placed(before[row]).padEnd(width)}   ${placed(after[row])}`.trimEnd());
    }
  }
  return lines;
}

function placed(entry: PreviewEntry | undefined): string {
  return entry === undefined ? '' : `${entry.rank}. ${entry.player_id} ${entry.score}`;
}

/** A status for the terminal. */
export function describeStatus({ served, building }: BoardsStatus): string {
  const lines = [
    `Served: ${served.id === DEPLOYED_SET ? 'the deployed boards' : `set ${served.id}`}`,
    ...served.boards.map(describeBoard),
  ];
  if (building === undefined) return [...lines, 'Nothing is being built.'].join('\n');
  const { id, boards, starts_at, progress, ledger } = building;
  lines.push(`Being built: set ${id}`, ...boards.map(describeBoard));
  if (starts_at !== undefined) {
    lines.push(`The build begins at ${starts_at}, when all projectors fold under these boards.`);
  }
  if (progress !== undefined) {
    lines.push(
      `${progress.updates} of about ${Math.max(ledger, progress.updates)} updates, ${progress.players} players, ${progress.failedPlayers} failed, at ${progress.notedAt}.`,
    );
  }
  return lines.join('\n');
}

function describeBoard({ id, complete }: BoardStatus): string {
  return `  ${id}: ${complete ? 'complete' : 'not complete'}`;
}

export function describeAbandoned(building: string | undefined, isConfirmed: boolean): string {
  if (building === undefined) return 'Nothing is being built.';
  return isConfirmed
    ? `Set ${building} is given up. What was built of it goes with the players' next updates, or with standings:rebuild.`
    : `Set ${building} is being built. Nothing was changed. With --yes it is given up.`;
}
