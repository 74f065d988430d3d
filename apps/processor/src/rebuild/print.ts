import type { Counts } from './position-file.ts';
import type { Difference } from './rebuild-player.ts';

const DESCRIPTIONS: Readonly<Record<Difference['kind'], string>> = {
  'head-absent': 'has no head',
  'head-behind': 'has a head behind its ledger',
  'head-ahead': 'has a head ahead of its ledger, which lacks updates that it had',
  'marker-absent': 'has no marker of the event',
  'marker-behind': 'has a marker of an earlier acceptance of the event',
};

/** One line for people. */
export function describeDifference({ kind, player_id, event_id }: Difference): string {
  const event = kind.startsWith('marker-') ? ` ${event_id}` : '';
  return `${player_id} ${DESCRIPTIONS[kind]}${event}`;
}

export interface RunState {
  readonly isApply: boolean;
  readonly isComplete: boolean;
  readonly resume: string | undefined;
}

export function describeResult(
  { players, updates, failedPlayers, differences }: Counts,
  { isApply, isComplete, resume }: RunState,
): string {
  const heads = differences['head-absent'] + differences['head-behind'];
  const markers = differences['marker-absent'] + differences['marker-behind'];
  const ahead = differences['head-ahead'];
  const lines = [
    `${players} players, ${updates} updates: ${heads} heads and ${markers} markers ` +
      (isApply ? 'were written' : 'would be written'),
  ];
  if (ahead > 0) {
    lines.push(
      `${ahead} heads are ahead of the ledger and stay: these players have lost updates, and their versions go on above them.`,
    );
  }
  if (failedPlayers > 0)
    lines.push(`${failedPlayers} players failed: repair their items, then run again.`);
  if (!isComplete) {
    lines.push(
      resume === undefined
        ? 'Stopped. With --resume <file> a run can be stopped and continued.'
        : `Stopped. The same command continues from ${resume}.`,
    );
  } else if (!isApply && heads + markers > 0) {
    lines.push('Nothing was written. Add --apply.');
  }
  return lines.join('\n');
}
