import { once } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  describeFirstRequests,
  describeShell,
  ONE_MACHINE,
  spawnStack,
  type SpawnedStack,
  type StackDescription,
} from '@leaderboard/local';
import { traffic, type TrafficPlan } from '@leaderboard/loadgen';
import { createProducer } from '@leaderboard/producer-sdk';
import { parseBoardDefinitions } from '@leaderboard/ranking';
import { documentClient } from '@leaderboard/tables';
import type { DemoOptions } from './demo-options.ts';
import { playGame, type GameTarget } from './game.ts';
import { readKeys } from './keys.ts';
import { openPage } from './open-page.ts';
import { formatReport } from './print.ts';
import { isClean } from './report.ts';

/** Among them are errors of functions, which explain most reports that are not clean. */
const MESSAGES_KEPT = 10;

/** Plays the demo and reports; then serves until `q` or Ctrl-C, unless it was to run once. */
export async function runDemo(options: DemoOptions): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  // Until there is a report: an interrupted run is not clean.
  if (options.once) process.exitCode = 130;

  const { players, games, updates, duplicates, seed, inFlight } = options;
  const plan = { players, games, updates, duplicates, seed, startMs: Date.now() - updates };
  console.error('Starting the stack …');
  const lastMessages: string[] = [];
  const local = await startStack(stop.signal, (text) => {
    lastMessages.push(...text.split('\n').filter((line) => line !== ''));
    lastMessages.splice(0, lastMessages.length - MESSAGES_KEPT);
  });
  if (local === undefined) return;
  lastMessages.length = 0;
  const page = String(local.stack.outputs['dashboard_url']);
  const giveKeysBack = options.once ? undefined : offerKeys(page, stop);
  try {
    for (const notice of local.notices) console.error(notice);
    const target = connect(local.stack);
    console.error(
      `Demo game: ${updates} updates of ${players} players in ${games} games, seed ${seed}.\n` +
        `Watch it: ${page}${giveKeysBack ? ' (o opens it, q quits)' : ''}\n`,
    );
    const report = await playGame(target, plan, inFlight, stop.signal);
    await target.producer.close();
    if (report === undefined) return;
    console.log(
      options.json ? JSON.stringify(report, undefined, 2) : `\n${formatReport(report)}\n`,
    );
    process.exitCode = isClean(report) ? 0 : 1;
    if (!isClean(report) && lastMessages.length > 0) {
      console.error(['The last messages of the stack:', ...lastMessages, ''].join('\n'));
    }
    if (options.once) return;
    console.error(serving(local, plan, giveKeysBack !== undefined));
    if (!stop.signal.aborted) await once(stop.signal, 'abort');
  } finally {
    giveKeysBack?.();
    if (stop.signal.aborted) console.error('Stopping the stack …');
    await local.stop();
  }
}

/** Undefined when the user stops it before it runs: Ctrl-C in a terminal reaches the stack too. */
async function startStack(
  signal: AbortSignal,
  onOutput: (text: string) => void,
): Promise<SpawnedStack | undefined> {
  try {
    return await spawnStack({ atDefaultPlaces: true, config: ONE_MACHINE, onOutput });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function offerKeys(page: string, stop: AbortController): (() => void) | undefined {
  return readKeys({
    open: () => {
      void openPage(page).then((problem) => {
        // Replaces the progress bar, which is drawn again below.
        if (problem !== undefined) process.stderr.write(`\r\u001B[K${problem}\n`);
      });
    },
    quit: () => stop.abort(),
  });
}

/** The local engines accept any credentials. */
function connect({ region, endpoints, outputs }: StackDescription): GameTarget {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  const queueUrl = String(outputs['main_queue_url']);
  return {
    sqs,
    dynamodb: documentClient(
      new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb }),
    ),
    producer: createProducer({ queueUrl, client: sqs }),
    queueUrl,
    dlqUrl: String(outputs['dlq_url']),
    ledgerTable: String(outputs['dynamodb_table_name']),
    standingsTable: String(outputs['standings_table_name']),
    apiUrl: String(outputs['leaderboard_url']),
    definitions: parseBoardDefinitions(JSON.parse(String(outputs['board_definitions']))),
  };
}

/** What the user can do next: each line can be pasted into another terminal. */
function serving({ stack, stackFile }: SpawnedStack, plan: TrafficPlan, hasKeys: boolean): string {
  // A player of the game, so one with a rank.
  const [first] = traffic(plan);
  const example = first && {
    player_id: first.update.player_id,
    game_id: first.update.game_id,
    score: 5000,
  };
  return [
    'The stack keeps serving.',
    '',
    ...describeFirstRequests(stack, example),
    '',
    ...describeShell(stack, stackFile),
    '',
    `Leaderboard: ${String(stack.outputs['dashboard_url'])}`,
    `Read API:    ${String(stack.outputs['leaderboard_url'])}leaderboards`,
    `Every address is in ${stackFile}.`,
    hasKeys ? 'o opens the leaderboard, q or Ctrl-C stops everything.' : 'Ctrl-C stops everything.',
  ].join('\n');
}
