import { Command } from 'commander';
import {
  createProducer,
  LeaderboardConfigError,
  type Producer,
  type ProducerOptions,
} from '@leaderboard/producer-sdk';
import { atLeastOne, seed, share } from './flags.ts';
import { play } from './play.ts';
import { traffic } from './traffic.ts';

interface LoadgenOptions {
  queueUrl?: string;
  region?: string;
  players: number;
  games: number;
  updates: number;
  duplicates: number;
  seed: number;
  rate?: number;
  json: boolean;
}

const program: Command = new Command('loadgen')
  .description("Sends a game's traffic to an update queue through the producer SDK.")
  .option(
    '--queue-url <url>',
    'the queue to send to (default: LEADERBOARD_QUEUE_URL)',
    process.env['LEADERBOARD_QUEUE_URL'],
  )
  .option(
    '--region <region>',
    "the queue's AWS region (default: AWS_REGION)",
    process.env['AWS_REGION'],
  )
  .option('--players <count>', 'players in the game', atLeastOne, 1000)
  .option('--games <count>', 'games that they play', atLeastOne, 5)
  .option('--updates <count>', 'distinct updates to send', atLeastOne, 5000)
  .option('--duplicates <share>', 'share of updates sent a second time, 0 to 1', share, 0.05)
  .option(
    '--rate <per-second>',
    'calls per second (default: as many as the queue accepts)',
    atLeastOne,
  )
  .option('--seed <number>', 'seed of the traffic; the same seed makes the same traffic', seed, 1)
  .option('--json', 'print the result as JSON', false)
  .action(run);

await program.parseAsync();

async function run(options: LoadgenOptions): Promise<void> {
  const { queueUrl, region, rate, json, ...plan } = options;
  if (queueUrl === undefined) {
    program.error(
      'error: no queue to send to. Pass --queue-url or set LEADERBOARD_QUEUE_URL to the main_queue_url of the stack.',
    );
  }
  const producer = producerOrError({ queueUrl, region });
  const stop = new AbortController();
  // Under Nx a Ctrl-C arrives twice; either way the run waits for the calls it has made, and reports them.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

  const startMs = Date.now() - plan.updates;
  const result = await play(traffic({ ...plan, startMs }), {
    producer,
    signal: stop.signal,
    ...(rate === undefined ? {} : { rate }),
  });
  await producer.close();

  const summary = {
    sent: result.sent.length,
    repeats: result.sent.filter((sent) => sent.repeat).length,
    rejected: result.rejected.length,
    calls_per_second: Math.round((result.sent.length * 1000) / Math.max(1, result.elapsedMs)),
  };
  if (json) console.log(JSON.stringify(summary));
  else {
    console.log(
      `Sent ${summary.sent} updates, ${summary.repeats} of them repeats, at ${summary.calls_per_second} a second.`,
    );
    for (const { error } of result.rejected.slice(0, 5)) console.error(String(error));
    if (summary.rejected > 0)
      console.error(`${summary.rejected} calls were rejected; the first are shown above.`);
  }
  process.exitCode = summary.rejected === 0 ? 0 : 1;
}

function producerOrError(options: ProducerOptions): Producer {
  try {
    return createProducer(options);
  } catch (error) {
    if (!LeaderboardConfigError.isInstance(error)) throw error;
    return program.error(`error: ${error.message}`);
  }
}
