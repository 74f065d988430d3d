import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { SQSClient } from '@aws-sdk/client-sqs';
import { startDynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { spawnStack } from '@leaderboard/local';
import { StackControl } from '@leaderboard/local/stack-control';
import { createProducer } from '@leaderboard/producer-sdk';
import { Command } from 'commander';

import { type Consumption, startCapacityProxy } from './capacity-proxy.ts';
import { bytesPerPlayer, meanItemBytes, unitsPerUpdate } from './measured-units.ts';

const SUFFIX = 'measure';
const FUNCTION_LOGS = `/aws/lambda/leaderboard-processor-${SUFFIX}`;
const COMPACTOR_LOGS = `/aws/lambda/rank-compactor-${SUFFIX}`;
const SINGLE_PLAYERS = 150;
const BURST_PLAYERS = 1_000;
const FEW_GAMES = 5;
const MANY_GAMES = 1_000;
/** Two on each of many games. */
const MANY_PLAYERS = 2_000;
const WAIT_MS = 180_000;
/** The stack is at rest when no function has called DynamoDB for this long. */
const REST_MS = 750;
const TARGET = resolve(import.meta.dirname, '../../../apps/infra/src/cost/measured-units.json');

const program = new Command('measure')
  .description(
    'Sends updates through the local stack and writes what they consumed, down to the standings: ' +
      'DynamoDB units and requests per update, bytes per item, log bytes per invocation.',
  )
  .option('--output <file>', 'where to write it', TARGET)
  .option('--program <module>', "another program than the infrastructure's, as for local:serve")
  .action(async ({ output, program: module }: { output: string; program?: string }) => {
    const measured = await measure(module);
    await writeFile(output, `${JSON.stringify(measured, undefined, 2)}\n`);
    console.log(`Wrote ${output}`);
  });

/** An update as games send it, with a few facts of the match in its metadata; each round has a higher score. */
function update(player: number, round: number, games: number) {
  return {
    player_id: `player-${String(player).padStart(6, '0')}`,
    game_id: `game-${player % games}`,
    score: 1000 * round + player,
    metadata: { match: `match-${player}`, map: 'harbour', duration_s: 312 },
  };
}

async function measure(module: string | undefined) {
  const engine = await startDynamoDbEngine();
  try {
    return await measureOn(engine.endpoint, module);
  } finally {
    await engine.stop();
  }
}

async function measureOn(engine: string, module: string | undefined) {
  await using proxy = await startCapacityProxy(engine);
  const { stack, stop } = await spawnStack({
    environmentSuffix: SUFFIX,
    faults: true,
    // The snapshotter costs the same whether anything arrives or not.
    args: ['--schedules-on-demand'],
    ...(module !== undefined && { program: module }),
    env: { ...process.env, LEADERBOARD_DYNAMODB_ENDPOINT: proxy.endpoint },
  });
  const client = new SQSClient({
    region: stack.region,
    endpoint: stack.endpoints.sqs,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const producer = createProducer({ queueUrl: String(stack.outputs['main_queue_url']), client });
  const ledger = String(stack.outputs['dynamodb_table_name']);
  try {
    proxy.take();
    const sendOneByOne = async (round: number) => {
      const consumed: Consumption[] = [];
      for (let player = 0; player < SINGLE_PLAYERS; player += 1) {
        await producer.sendLeaderboardUpdate(update(player, round, FEW_GAMES));
        consumed.push(...(await untilSettled(proxy.take, ledger, 1)));
      }
      return consumed;
    };
    const sendAtOnce = async (round: number, first: number, count: number, games: number) => {
      const players = Array.from({ length: count }, (_, index) => first + index);
      await producer.sendLeaderboardUpdates(players.map((player) => update(player, round, games)));
      return untilSettled(proxy.take, ledger, count);
    };
    const sendBurst = (round: number) =>
      sendAtOnce(round, SINGLE_PLAYERS, BURST_PLAYERS, FEW_GAMES);
    const sendToManyGames = (round: number) =>
      sendAtOnce(round, SINGLE_PLAYERS + BURST_PLAYERS, MANY_PLAYERS, MANY_GAMES);

    const firstOfPlayer = await sendOneByOne(1);
    const logs = await new StackControl(stack).logLines(FUNCTION_LOGS);
    const logBytes = logs.reduce((total, line) => total + Buffer.byteLength(line) + 1, 0);
    const oneAtATime = await sendOneByOne(2);
    const firstBurst = await sendBurst(1);
    const burst = await sendBurst(2);
    const firstOfManyGames = await sendToManyGames(1);
    const manyGames = await sendToManyGames(2);
    const all = [firstOfPlayer, oneAtATime, firstBurst, burst, firstOfManyGames, manyGames].flat();
    const updates = 2 * (SINGLE_PLAYERS + BURST_PLAYERS + MANY_PLAYERS);
    const compactions = (await new StackControl(stack).logLines(COMPACTOR_LOGS)).filter((line) =>
      line.includes('Board compacted'),
    );
    const perUpdate = (consumed: readonly Consumption[], updates: number) =>
      unitsPerUpdate(consumed, updates, SUFFIX, ledger);
    return {
      measuredOn: new Date().toISOString().slice(0, 10),
      command: 'npx nx run measure:run',
      conditions:
        'the local stack with its default boards on Dynoxide, behind a proxy that asks for ReturnConsumedCapacity; ' +
        `metadata ${JSON.stringify(update(0, 1, 1).metadata)}; but for firstOfPlayer, each update raises the score of a known player ` +
        `and changes two boards in two windows each; ${FEW_GAMES} games, but for manyGames, which has ${MANY_GAMES}; ` +
        'log items that were left at the end count as deleted; without snapshots',
      perUpdate: {
        firstOfPlayer: perUpdate(firstOfPlayer, SINGLE_PLAYERS),
        oneAtATime: perUpdate(oneAtATime, SINGLE_PLAYERS),
        burst: perUpdate(burst, BURST_PLAYERS),
        manyGames: perUpdate(manyGames, MANY_PLAYERS),
      },
      compactionsPerUpdate: Math.ceil((compactions.length / updates) * 1_000) / 1_000,
      itemBytes: meanItemBytes(all, SUFFIX),
      standingsBytesPerPlayer: bytesPerPlayer(all, String(stack.outputs['standings_table_name'])),
      functionLogBytesPerInvocation: Math.ceil(logBytes / SINGLE_PLAYERS),
    };
  } finally {
    await producer.close();
    client.destroy();
    await stop();
  }
}

/** Collects what is consumed until that many items are in the ledger and the standings behind it are at rest. */
async function untilSettled(
  take: () => Consumption[],
  ledger: string,
  count: number,
): Promise<Consumption[]> {
  const consumed: Consumption[] = [];
  const deadline = Date.now() + WAIT_MS;
  let restingSince = Date.now();
  for (;;) {
    const taken = take();
    if (taken.length > 0) restingSince = Date.now();
    consumed.push(...taken);
    const written = consumed.flatMap(({ puts }) => puts).filter(({ table }) => table === ledger);
    if (written.length >= count && Date.now() - restingSince > REST_MS) return consumed;
    if (Date.now() > deadline) {
      throw new Error(`${written.length} of ${count} updates were written within ${WAIT_MS} ms`);
    }
    await delay(5);
  }
}

await program.parseAsync();
