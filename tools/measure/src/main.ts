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
import { startFunctionMeter } from './function-meter.ts';
import {
  bytesPerPlayer,
  meanItemBytes,
  readUnitsOf,
  snapshotUnits,
  unitsPerUpdate,
} from './measured-units.ts';

const SUFFIX = 'measure';
const PROCESSOR = `leaderboard-processor-${SUFFIX}`;
const PROJECTOR = `standings-projector-${SUFFIX}`;
const COMPACTOR = `rank-compactor-${SUFFIX}`;
const SNAPSHOTTER = `standings-snapshotter-${SUFFIX}`;
const SINGLE_PLAYERS = 150;
const BURST_PLAYERS = 3_000;
const FEW_GAMES = 5;
const MANY_GAMES = 1_000;
/** Two on each of many games. */
const MANY_PLAYERS = 2_000;
const WAIT_MS = 180_000;
/** The stack is at rest when no function has called DynamoDB for this long. */
const REST_MS = 750;
const REST_POLLS = 6;
/**
 * After its last transaction a player's item counts as complete without a question (apps/standings). In most games a player
 * takes longer than that from one update to the next.
 */
const BETWEEN_ROUNDS_MS = 11_000;
const TARGET = resolve(import.meta.dirname, '../../../apps/infra/src/cost/measured-units.json');

const program = new Command('measure')
  .description(
    'Sends updates through the local stack and writes what they consumed, down to the standings: ' +
      'DynamoDB units and requests per update, those of a run of snapshots, requests to S3, bytes per item, bytes of logs.',
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
    // The snapshotter is measured by itself.
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
    const control = new StackControl(stack);
    const meter = await startFunctionMeter(control, [COMPACTOR, SNAPSHOTTER]);
    const logsOfUpdate = async (
      updates: number,
      send: () => Promise<Consumption[]>,
    ): Promise<{ consumed: Consumption[]; logBytesPerUpdate: number }> => {
      const before = await meter.logBytes(PROCESSOR, PROJECTOR);
      const consumed = await send();
      const after = await meter.logBytes(PROCESSOR, PROJECTOR);
      return { consumed, logBytesPerUpdate: Math.ceil((after - before) / updates) };
    };
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

    const schedules = ['snapshotter', 'rank_compaction', 'event_sweep'] as const;
    const runSchedules = async () => {
      for (const name of schedules) {
        await control.runSchedule(String(stack.outputs[`${name}_schedule_name`]));
      }
      return untilAtRest(proxy.take);
    };
    // The first run of the snapshotter takes all there is.
    await runSchedules();
    const idleMinute = await runSchedules();
    const firstOfPlayer = await logsOfUpdate(SINGLE_PLAYERS, () => sendOneByOne(1));
    const oneAtATime = await logsOfUpdate(SINGLE_PLAYERS, () => sendOneByOne(2));
    const firstBurst = await sendBurst(1);
    await delay(BETWEEN_ROUNDS_MS);
    const burst = await logsOfUpdate(BURST_PLAYERS, () => sendBurst(2));
    const snapshotReads = await meter.s3Requests(SNAPSHOTTER, 'GetObject');
    await control.runSchedule(String(stack.outputs['snapshotter_schedule_name']));
    const snapshots = await untilSnapshots(proxy.take, control);
    const snapshotS3Reads = (await meter.s3Requests(SNAPSHOTTER, 'GetObject')) - snapshotReads;
    const firstOfManyGames = await sendToManyGames(1);
    await delay(BETWEEN_ROUNDS_MS);
    const manyGames = await logsOfUpdate(MANY_PLAYERS, () => sendToManyGames(2));
    const all = [firstOfPlayer, oneAtATime, burst, manyGames].flatMap(({ consumed }) => consumed);
    const allOfPlayers = [...all, ...firstBurst, ...firstOfManyGames];
    const updates = 2 * (SINGLE_PLAYERS + BURST_PLAYERS + MANY_PLAYERS);
    const compactions = (await control.logLines(`/aws/lambda/${COMPACTOR}`)).filter((line) =>
      line.includes('Board compacted'),
    ).length;
    const perCompaction = async (operation: 'GetObject' | 'PutObject') =>
      round((await meter.s3Requests(COMPACTOR, operation)) / Math.max(1, compactions));
    const perUpdate = (
      { consumed, logBytesPerUpdate }: Awaited<ReturnType<typeof logsOfUpdate>>,
      updates: number,
    ) => ({ ...unitsPerUpdate(consumed, updates, SUFFIX, ledger), logBytesPerUpdate });
    return {
      measuredOn: new Date().toISOString().slice(0, 10),
      command: 'npx nx run measure:run',
      conditions:
        'the local stack with its default boards on Dynoxide, behind a proxy that asks for ReturnConsumedCapacity; ' +
        `metadata ${JSON.stringify(update(0, 1, 1).metadata)}; but for firstOfPlayer, each update raises the score of a known player ` +
        `more than 10 s after the one before, and changes two boards in two windows each; ${FEW_GAMES} games, but for manyGames, which has ${MANY_GAMES}; ` +
        'log items that were left at the end count as deleted; a snapshot of each board window of these games, after the burst',
      perUpdate: {
        firstOfPlayer: perUpdate(firstOfPlayer, SINGLE_PLAYERS),
        oneAtATime: perUpdate(oneAtATime, SINGLE_PLAYERS),
        burst: perUpdate(burst, BURST_PLAYERS),
        manyGames: perUpdate(manyGames, MANY_PLAYERS),
      },
      compactionsPerUpdate: Math.ceil((compactions / updates) * 1_000) / 1_000,
      idleMinute: { readUnits: readUnitsOf(idleMinute) },
      compaction: {
        s3Reads: await perCompaction('GetObject'),
        s3Writes: await perCompaction('PutObject'),
        logBytes: Math.ceil((await meter.logBytes(COMPACTOR)) / Math.max(1, compactions)),
      },
      snapshotRun: {
        games: FEW_GAMES,
        ...snapshotUnits(snapshots, SUFFIX),
        s3Reads: snapshotS3Reads,
        logBytes: await meter.logBytes(SNAPSHOTTER),
      },
      itemBytes: meanItemBytes(allOfPlayers, SUFFIX),
      standingsBytesPerPlayer: bytesPerPlayer(
        allOfPlayers,
        String(stack.outputs['standings_table_name']),
      ),
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

/** Collects what schedules consume that have nothing to do. */
async function untilAtRest(take: () => Consumption[]): Promise<Consumption[]> {
  const consumed: Consumption[] = [];
  for (let quiet = 0; quiet < REST_POLLS || consumed.length === 0; quiet += 1) {
    await delay(REST_MS);
    const taken = take();
    if (taken.length > 0) quiet = 0;
    consumed.push(...taken);
  }
  return consumed;
}

/** Collects what the run of the snapshotter consumes, which ends with a line in its log. */
async function untilSnapshots(
  take: () => Consumption[],
  control: StackControl,
): Promise<Consumption[]> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const lines = await control.logLines(`/aws/lambda/${SNAPSHOTTER}`);
    if (lines.some((line) => line.includes('Snapshots taken'))) {
      // Its position is written before the line.
      return take();
    }
    if (Date.now() > deadline) {
      throw new Error(`The snapshotter took no snapshots within ${WAIT_MS} ms`);
    }
    await delay(50);
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

await program.parseAsync();
