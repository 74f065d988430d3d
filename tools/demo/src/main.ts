import { once } from 'node:events';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Command } from 'commander';
import {
  describeFirstSend,
  ONE_MACHINE,
  spawnStack,
  type StackDescription,
} from '@leaderboard/local';
import { atLeastOne, seed, share } from '@leaderboard/loadgen';
import { createProducer } from '@leaderboard/producer-sdk';
import { parseBoardDefinitions } from '@leaderboard/ranking';
import { playGame, type GameTarget } from './game.ts';
import { formatReport } from './print.ts';
import { isClean, type Report } from './report.ts';

interface DemoOptions {
  once: boolean;
  json: boolean;
  players: number;
  games: number;
  updates: number;
  duplicates: number;
  rate: number;
  seed: number;
}

await new Command('npm start --')
  .description(
    'Starts the whole system on this machine, plays a seeded demo game on it, and reports what the ledger holds.',
  )
  .option(
    '--once',
    'stop after the report; exit 1 if anything was lost, doubled or out of order',
    false,
  )
  .option('--json', 'print the report as JSON', false)
  .option('--players <count>', 'players in the game', atLeastOne, 2000)
  .option('--games <count>', 'games that they play', atLeastOne, 5)
  .option('--updates <count>', 'distinct updates', atLeastOne, 5000)
  .option('--duplicates <share>', 'share of updates sent a second time, 0 to 1', share, 0.05)
  .option('--rate <per-second>', 'calls per second', atLeastOne, 200)
  .option('--seed <number>', 'another seed plays another game', seed, 1)
  .action(demo)
  .parseAsync();

async function demo(options: DemoOptions): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

  const { players, games, updates, duplicates, seed } = options;
  console.error(
    `Demo game: ${updates} updates of ${players} players in ${games} games, seed ${seed}.`,
  );
  const local = await spawnStack({ stackFile: '.local/stack.json', config: ONE_MACHINE });
  try {
    console.error(`Watch it: ${String(local.stack.outputs['dashboard_url'])}\n`);
    const target = connect(local.stack);
    const plan = { players, games, updates, duplicates, seed, startMs: Date.now() - updates };
    const report = await playGame(target, plan, options.rate, stop.signal);
    await target.producer.close();
    if (stop.signal.aborted) return;
    print(report, options.json);
    process.exitCode = isClean(report) ? 0 : 1;
    if (!options.once) {
      console.error(serving(local.stack));
      await once(stop.signal, 'abort');
    }
  } finally {
    await local.stop();
  }
}

/** The local engines take any credentials. */
function connect({ region, endpoints, outputs }: StackDescription): GameTarget {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  const queueUrl = String(outputs['main_queue_url']);
  return {
    sqs,
    dynamodb: new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb }),
    producer: createProducer({ queueUrl, client: sqs }),
    queueUrl,
    dlqUrl: String(outputs['dlq_url']),
    ledgerTable: String(outputs['dynamodb_table_name']),
    standingsTable: String(outputs['standings_table_name']),
    boards: parseBoardDefinitions(JSON.parse(String(outputs['board_definitions']))).boards,
  };
}

function print(report: Report, json: boolean): void {
  console.log(json ? JSON.stringify(report, null, 2) : `\n${formatReport(report)}\n`);
}

function serving(description: StackDescription): string {
  const { outputs } = description;
  return [
    'The stack keeps serving.',
    ...describeFirstSend(description),
    '',
    `Leaderboard: ${String(outputs['dashboard_url'])}`,
    `Read API:    ${String(outputs['leaderboard_url'])}leaderboards`,
    'Every address is in .local/stack.json. Ctrl-C stops everything.',
  ].join('\n');
}
