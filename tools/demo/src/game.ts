import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { play, traffic, type TrafficPlan } from '@leaderboard/loadgen';
import type { Producer } from '@leaderboard/producer-sdk';
import { boardsFor, type BoardDefinitions } from '@leaderboard/ranking';
import { startProgress } from './progress.ts';
import {
  messagesIn,
  readApplied,
  readDeadLetters,
  readLedger,
  readShown,
  readStandings,
} from './read-back.ts';
import { reportOn, type Report } from './report.ts';
import { checkStandings } from './standings-check.ts';
import { StandingsWatch, type WatchedStandings } from './standings-watch.ts';
import { makeTrouble } from './trouble.ts';

/** Where the demo game plays. */
export interface GameTarget {
  producer: Producer;
  sqs: SQSClient;
  dynamodb: DynamoDBDocumentClient;
  queueUrl: string;
  dlqUrl: string;
  ledgerTable: string;
  standingsTable: string;
  /** Address of the read API, with a slash at its end. */
  apiUrl: string;
  definitions: BoardDefinitions;
}

/**
 * The demo stops waiting and reports what it finds after this time without progress: longer than the visibility timeouts
 * of the queues, after which the records of an invocation that ended are received again.
 */
const STALLED_AFTER_MS = 300_000;
/** Pause between two reads of what is in flight: short enough to measure, long enough not to be the load. */
const POLL_MS = 200;

/**
 * Plays the game through the SDK in a closed loop: the next update is sent once one of those in flight is in the standings,
 * so that the machine sets the rate. The report is made of what the tables hold at the end.
 *
 * @param inFlight updates in flight at a time
 * @returns undefined when the signal ends the game
 */
export async function playGame(
  target: GameTarget,
  plan: TrafficPlan,
  inFlight: number,
  signal: AbortSignal,
): Promise<Report | undefined> {
  const steps = [...traffic(plan)];
  const progress = startProgress('Playing', steps.length);
  const watch = new StandingsWatch(watched(target), {
    signal,
    pollMs: POLL_MS,
    stalledAfterMs: STALLED_AFTER_MS,
    now: Date.now,
  });
  const stop = new AbortController();
  const played = await play(steps, {
    producer: {
      sendLeaderboardUpdate: async (update) => {
        const calledAtMs = Date.now();
        const sent = await target.producer.sendLeaderboardUpdate(update);
        await watch.follow({ update: sent.update, calledAtMs, acceptedAtMs: Date.now() });
        if (watch.gaveUp) stop.abort();
        return sent;
      },
    },
    concurrency: inFlight,
    signal: AbortSignal.any([signal, stop.signal]),
    onSettled: (settled) => progress.update(settled),
  });
  await watch.allShown();
  progress.stop();
  if (signal.aborted) return undefined;
  for (const { error } of played.rejected.slice(0, 1)) console.error('A call was rejected:', error);
  if (watch.gaveUp) {
    console.error(`Nothing moved for ${STALLED_AFTER_MS / 1000} s; the game ends here.`);
    if (watch.lastError !== undefined) console.error('The last read failed:', watch.lastError);
  }

  const distinct = played.sent.filter(({ repeat }) => !repeat).map(({ update }) => update);
  const trouble = await makeTrouble(target.sqs, target.queueUrl, distinct);
  await drainQueue(target, signal);
  if (signal.aborted) return undefined;
  const ledger = await readLedger(target.dynamodb, target.ledgerTable);
  const repeated = trouble.repeated.map((update) => ({ update, calledAtMs: Date.now() }));

  return reportOn(
    {
      calls: [...played.sent, ...repeated],
      rejectedCalls: played.rejected.length,
      wrongOnPurpose: trouble.wrongOnPurpose,
      journeys: watch.journeys,
    },
    {
      ledger,
      deadLetters: await readDeadLetters(target.sqs, target.dlqUrl),
      standings: checkStandings(
        ledger,
        await readStandings(target.dynamodb, target.standingsTable),
        target.definitions.boards,
      ),
    },
  );
}

/** Updates are looked for on the default board. */
function watched({ dynamodb, standingsTable, apiUrl, definitions }: GameTarget): WatchedStandings {
  const board = definitions.default_board;
  const boardUrl = `${apiUrl}leaderboards/${encodeURIComponent(board)}`;
  return {
    appliedOf: (playerIds) => readApplied(dynamodb, standingsTable, playerIds),
    updatesShownOf: (playerIds) => readShown(boardUrl, playerIds),
    isShown: (update) => boardsFor(update, definitions.boards).some(({ id }) => id === board),
  };
}

/** Waits until the queue is empty, or nothing has moved for too long. */
async function drainQueue({ sqs, queueUrl }: GameTarget, signal: AbortSignal): Promise<void> {
  let waiting = await messagesIn(sqs, queueUrl);
  let movedAtMs = Date.now();
  while (waiting > 0 && !signal.aborted && Date.now() - movedAtMs < STALLED_AFTER_MS) {
    await sleep(POLL_MS);
    const now = await messagesIn(sqs, queueUrl);
    if (now !== waiting) movedAtMs = Date.now();
    waiting = now;
  }
}
