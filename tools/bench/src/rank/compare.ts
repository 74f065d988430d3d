import { QueryCommand, PutCommand, BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { BoardRanks, RanksTable, RunReader, type WindowCut } from '@leaderboard/ranks';
import { MemoryRunStore, writeRun } from '@leaderboard/ranks/testing';
import {
  documentClient,
  queryOf,
  RANKS_TABLE,
  ranksPartition,
  toEpochItem,
  toRanksHeadItem,
} from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { seededRandom } from '@leaderboard/testing/random';
import type { Progress } from '../bench-command.ts';
import { atMost, median, type Report } from '../report.ts';
import { BenchBoard, DISTRIBUTIONS, playerId, WINDOW } from './board.ts';
import { hasRedis, Redis } from './redis.ts';

export interface RankBench {
  players: number;
  /** Players whose rank is compared on each board. Of a part of them the rank, and a page, is read by itself, and measured. */
  reads: number;
  seed: number;
}

/** Bytes of log after which a board is compacted, on average (apps/standings: the compaction starter). */
const LOG_BYTES = 48 * 1_024;
/** From the start of a compaction to its flip, in s: an assumption. `bench:compaction` says what it takes here. */
const COMPACTION_SECONDS = 0.5;
/** Of one change in a batch of ten, with ids of 36 characters. */
const BYTES_PER_CHANGE = 70;
const PAGE = 100;
/** One of so many ranks is read by itself; the others are of one cut, as an instance of the read API keeps it for a moment. */
const MEASURED = 10;
/** Changes a second on the board. */
const BUSY = 400;
const VERY_BUSY = 1_000;
/** As a read function has it. */
const CACHE_BYTES = 24 * 1_024 * 1_024;
/** Items of the index whose COUNT is measured; what a COUNT of more takes is proportional. */
const COUNTED_ITEMS = 2_000;
const ITEMS_PER_REQUEST = 25;
const COMMANDS_AT_ONCE = 10_000;

/** What one answer takes, on average. */
interface Taken {
  readUnits: number;
  /** To DynamoDB and S3. */
  requests: number;
  milliseconds: number;
}

interface Measured {
  wrong: number;
  rank: Taken;
  page: Taken;
  countUnits: number;
  redisMilliseconds: number | undefined;
}

/** A board that is measured. */
interface Case {
  name: string;
  scoreOf: (a: number, b: number) => number;
  changesPerSecond: number;
}

const CASES: readonly Case[] = [
  ...Object.entries(DISTRIBUTIONS).map(([name, scoreOf]) => ({
    name,
    scoreOf,
    changesPerSecond: BUSY,
  })),
  { name: 'uniform', scoreOf: DISTRIBUTIONS.uniform, changesPerSecond: VERY_BUSY },
];

/**
 * Asks for random ranks, and for pages from random ranks, on a board of each distribution that changes all the time, and compares
 * each with a sorted list.
 */
export async function compareRanks(options: RankBench, progress: Progress): Promise<Report> {
  const engine = await startDynamoDbEngine();
  const rows: [Case, Measured][] = [];
  try {
    const client = documentClient(engine.client);
    for (const [number, each] of CASES.entries()) {
      const { ranks } = await createTables(engine.client, { ranks: `ranks-${number}` });
      rows.push([
        each,
        await measure(each, client, ranks, { ...options, seed: options.seed + number }),
      ]);
      progress(number + 1, CASES.length);
    }
  } finally {
    await engine.stop();
  }
  const busy = rows.filter(([{ changesPerSecond }]) => changesPerSecond === BUSY);
  const most = (value: (measured: Measured) => number) =>
    Math.max(...busy.map(([, measured]) => value(measured)));
  const whatever = `whatever the size, at ${BUSY} changes a second`;
  return {
    title:
      `Ranks and pages of ${PAGE} among ${options.players.toLocaleString('en')} players: on each board ` +
      `${options.reads.toLocaleString('en')} ranks compared, one in ${MEASURED} measured, and as many pages`,
    columns: [
      'scores',
      'changes/s',
      'wrong',
      'read units of a rank',
      'requests',
      'ms (median)',
      'read units of a page',
      'requests of a page',
      'ms of a page',
      'read units of a COUNT',
      'ms of Redis (median)',
    ],
    rows: rows.map(([{ name, changesPerSecond }, { wrong, rank, page, ...others }]) => [
      name,
      changesPerSecond,
      wrong,
      rank.readUnits,
      rank.requests,
      rank.milliseconds,
      page.readUnits,
      page.requests,
      page.milliseconds,
      others.countUnits,
      others.redisMilliseconds ?? 'no redis-server',
    ]),
    goals: [
      atMost(
        'wrong ranks and pages',
        0,
        'of all',
        rows.reduce((sum, [, { wrong }]) => sum + wrong, 0),
      ),
      ...(['rank', 'page'] as const).flatMap((answer) => [
        atMost(
          `read units of a ${answer}`,
          19,
          `units, ${whatever}`,
          most((measured) => measured[answer].readUnits),
        ),
        atMost(
          `requests of a ${answer}`,
          4,
          `requests, ${whatever}`,
          most((measured) => measured[answer].requests),
        ),
      ]),
    ],
  };
}

async function measure(
  { scoreOf, changesPerSecond }: Case,
  client: ReturnType<typeof documentClient>,
  tableName: string,
  { players, reads, seed }: RankBench,
): Promise<Measured> {
  const partition = ranksPartition('BENCH', '0123456789abcdefe');
  const logBytes = LOG_BYTES + changesPerSecond * BYTES_PER_CHANGE * COMPACTION_SECONDS;
  const board = new BenchBoard({ scoreOf, players, logBytes, partition, seed });
  const store = new MemoryRunStore();
  const run = await writeRun(store, 'run', board.entriesOfRun());
  const head = {
    number: 1,
    windows: new Map([[WINDOW, [run]]]),
    closedUpTo: new Map<string, string>(),
    absorbed: [],
  };
  const items = [
    toRanksHeadItem(partition, head),
    toEpochItem(partition, head.number),
    ...board.log,
  ];
  for (const item of items) await client.send(new PutCommand({ TableName: tableName, Item: item }));

  let readUnits = 0;
  let queries = 0;
  const table = new RanksTable({
    client,
    tableName,
    onConsumed: (units) => {
      readUnits += units;
      queries += 1;
    },
  });
  const ranks = new BoardRanks({ table, runs: new RunReader({ store, cacheBytes: CACHE_BYTES }) });
  const random = seededRandom(seed);
  const asked = Array.from({ length: reads }, () => Math.floor(random() * board.players));
  const measured = asked.slice(0, Math.ceil(reads / MEASURED));
  let wrong = 0;
  const take = async (answer: (player: number) => Promise<boolean>): Promise<Taken> => {
    readUnits = 0;
    queries = 0;
    const readsBefore = store.reads;
    const times: number[] = [];
    for (const player of measured) {
      const start = performance.now();
      const isRight = await answer(player);
      times.push(performance.now() - start);
      if (!isRight) wrong += 1;
    }
    return {
      readUnits: readUnits / measured.length,
      requests: (queries + store.reads - readsBefore) / measured.length,
      milliseconds: median(times),
    };
  };
  const isRankRight = async (cut: WindowCut, player: number) =>
    1 + (await cut.below(board.key(player))) === board.rank(player);
  // Afterwards it is an instance that has answered before: it keeps the index of the run.
  await ranks.read(partition, WINDOW, async (cut) => {
    for (const player of asked) if (!(await isRankRight(cut, player))) wrong += 1;
  });
  const rank = await take((player) =>
    ranks.read(partition, WINDOW, (cut) => isRankRight(cut, player)),
  );
  const page = await take(async (player) => {
    // As many ranks as there are players: the number of one is as good a rank as any other.
    const first = Math.min(player, players - PAGE);
    const entries = await ranks.read(partition, WINDOW, async (cut) =>
      cut.entries('forward', PAGE, await cut.keyAfter(first)),
    );
    return (
      entries.length === PAGE &&
      entries.every(({ key }, index) => key.startsWith(`${board.placeAt(first + 1 + index)}#`))
    );
  });
  const ahead = asked.reduce((sum, player) => sum + board.rank(player) - 1, 0);
  return {
    wrong,
    rank,
    page,
    countUnits: (ahead / reads) * (await countUnitsPerPlayer(board, client, tableName)),
    redisMilliseconds: hasRedis() ? await askRedis(board, asked) : undefined,
  };
}

/** Read units for each player that a strongly consistent COUNT passes, in an index that holds nothing but keys. */
async function countUnitsPerPlayer(
  board: BenchBoard,
  client: ReturnType<typeof documentClient>,
  tableName: string,
): Promise<number> {
  const counted = 'COUNTED';
  const keys = Array.from({ length: Math.min(COUNTED_ITEMS, board.players) }, (_, player) =>
    board.key(player),
  );
  for (let start = 0; start < keys.length; start += ITEMS_PER_REQUEST) {
    const requests = keys
      .slice(start, start + ITEMS_PER_REQUEST)
      .map((entry) => ({ PutRequest: { Item: { board: counted, entry } } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }));
  }
  const { Count, ConsumedCapacity } = await client.send(
    new QueryCommand({
      TableName: tableName,
      Select: 'COUNT',
      ConsistentRead: true,
      ReturnConsumedCapacity: 'TOTAL',
      ...queryOf(RANKS_TABLE, counted),
    }),
  );
  if (Count !== keys.length) {
    throw new Error(`A COUNT of ${keys.length} items found ${Count}: it does not fit one page.`);
  }
  return (ConsumedCapacity?.CapacityUnits ?? NaN) / keys.length;
}

/** The median time of ZREVRANK for the same players, in ms. */
async function askRedis(board: BenchBoard, asked: readonly number[]): Promise<number> {
  await using redis = await Redis.start();
  for (let start = 0; start < board.players; start += COMMANDS_AT_ONCE) {
    const count = Math.min(COMMANDS_AT_ONCE, board.players - start);
    await redis.send(
      Array.from({ length: count }, (_, index) => {
        const player = start + index;
        return `ZADD board ${board.score(player)} ${playerId(player)}`;
      }),
    );
  }
  const times: number[] = [];
  for (const player of asked) {
    const start = performance.now();
    await redis.send([`ZREVRANK board ${playerId(player)}`]);
    times.push(performance.now() - start);
  }
  return median(times);
}
