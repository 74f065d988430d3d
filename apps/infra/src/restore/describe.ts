import { exportAddress } from './export-folder.ts';
import type { RestorePlan } from './restore.ts';

const STAGES: Record<RestorePlan['stage'], string> = {
  none: 'not begun',
  copied: 'begun: the ledger of that time is being copied, or is there beside the present one',
  replaced: 'the ledger is restored; heads and markers may be left to rebuild',
};

export function describePlan(plan: RestorePlan): string {
  const { names, to, from, stage, isPaused, lostMs, items, bytes } = plan;
  const source = from === undefined ? '' : ` from ${exportAddress(from)}`;
  const fate = from === undefined ? 'it is copied twice' : 'it is replaced';
  return [
    `Restore ${names.ledger} to ${to.toISOString()}${source}: ${STAGES[stage]}.`,
    `  lost: every update that was accepted after that time, in ${durationOf(lostMs)}, until it is sent or redriven again`,
    `  kept: ${names.processedEvents}, with the heads and markers of lost updates; what waits in ${names.updates}`,
    ...(items === undefined
      ? []
      : [`  ledger now: about ${items} items, ${bytes ?? 0} bytes; ${fate}`]),
    `  processor: ${isPaused ? 'paused' : 'running; it is paused first'}`,
    `  copy and backup: ${names.copy}, to be deleted by hand once all is well`,
  ].join('\n');
}

/** What is left when a run has ended: it needs the stack's own settings and secrets. */
export function nextSteps(environment: string): string {
  const tables = [
    `--ledger leaderboard-data-${environment}`,
    `--standings standings-${environment}`,
    `--ranks leaderboard-ranks-${environment}`,
  ].join(' ');
  return [
    'The ledger is restored. Connect its stream and enable the processor, then rebuild the standings:',
    `  npx nx run infra:refresh --stack ${environment} && npx nx run infra:up --stack ${environment}`,
    `  npx nx run standings:rebuild ${tables}`,
    `  npx nx run standings:rebuild ${tables} --check`,
  ].join('\n');
}

function durationOf(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
