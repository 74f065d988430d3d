import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { play, traffic, type TrafficPlan } from '@leaderboard/loadgen';
import type { Producer } from '@leaderboard/producer-sdk';
import type { BoardDefinition } from '@leaderboard/ranking';
import { startProgress } from './progress.ts';
import {
  messagesIn,
  readApplied,
  readDeadLetters,
  readLedger,
  readStandings,
} from './read-back.ts';
import {
  reportOn,
  type AcceptedCall,
  type AppliedEntry,
  type LedgerEntry,
  type Report,
} from './report.ts';
import { checkStandings } from './standings-check.ts';
import { makeTrouble } from './trouble.ts';

/** Where the demo game plays. */
export interface GameTarget {
  producer: Producer;
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
  queueUrl: string;
  dlqUrl: string;
  ledgerTable: string;
  standingsTable: string;
  boards: readonly BoardDefinition[];
}

/** The longest that nothing may move before the demo stops waiting and reports what it finds. */
const STALLED_AFTER_MS = 90_000;
const POLL_MS = 100;

/** Plays the game through the SDK, waits until everything has come through, and reports from what the tables then hold. */
export async function playGame(
  target: GameTarget,
  plan: TrafficPlan,
  rate: number,
  signal: AbortSignal,
): Promise<Report> {
  const steps = [...traffic(plan)];
  const sending = startProgress('Sending', steps.length);
  const played = await play(steps, {
    producer: target.producer,
    rate,
    signal,
    onSettled: (settled) => sending.update(settled),
  });
  sending.stop();
  for (const { error } of played.rejected.slice(0, 1)) console.error('A call was rejected:', error);

  const distinct = played.sent.filter(({ repeat }) => !repeat).map(({ update }) => update);
  const resent = await makeTrouble(target.sqs, target.queueUrl, distinct);
  await drainQueue(target, signal);
  const ledger = await readLedger(target.dynamodb, target.ledgerTable);
  const applied = await drainStandings(target, ledger, signal);

  return reportOn([...played.sent, ...resent.map(asCall)] satisfies AcceptedCall[], {
    ledger,
    applied,
    deadLetters: await readDeadLetters(target.sqs, target.dlqUrl),
    standings: checkStandings(
      ledger,
      await readStandings(target.dynamodb, target.standingsTable),
      target.boards,
    ),
  });
}

function asCall(update: LeaderboardUpdate): AcceptedCall {
  return { update, calledAtMs: Date.now() };
}

async function drainQueue({ sqs, queueUrl }: GameTarget, signal: AbortSignal): Promise<void> {
  const total = await messagesIn(sqs, queueUrl);
  await follow('Ledger', total, signal, async () => total - (await messagesIn(sqs, queueUrl)));
}

/** Waits until each player's standings are at the end of the player's ledger. */
async function drainStandings(
  { dynamodb, standingsTable }: GameTarget,
  ledger: readonly LedgerEntry[],
  signal: AbortSignal,
): Promise<AppliedEntry[]> {
  let applied: AppliedEntry[] = [];
  await follow('Standings', ledger.length, signal, async () => {
    applied = await readApplied(dynamodb, standingsTable);
    return applied.reduce((total, { version }) => total + version, 0);
  });
  return applied;
}

/** Follows a stage until it is done, is told to stop, or nothing has moved for too long. */
async function follow(
  stage: string,
  total: number,
  signal: AbortSignal,
  measure: () => Promise<number>,
): Promise<void> {
  const progress = startProgress(stage, total);
  let done = await measure();
  let movedAtMs = Date.now();
  while (done < total && !signal.aborted && Date.now() - movedAtMs < STALLED_AFTER_MS) {
    await sleep(POLL_MS);
    const now = await measure();
    if (now !== done) movedAtMs = Date.now();
    done = now;
    progress.update(done);
  }
  progress.update(done);
  progress.stop();
}
