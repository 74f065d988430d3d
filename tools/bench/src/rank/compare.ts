import { QueryCommand, PutCommand, BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { BoardRanks, RanksTable, RunReader } from '@leaderboard/ranks';
import { MemoryRunStore, writeRun } from '@leaderboard/ranks/testing';
import {
  documentClient,
  queryOf,
  RANKS_TABLE,
  ranksPartition,
  toEpochItem,
  toLogItem,
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
  /** Players whose rank is asked on each board. */
  reads: number;
  seed: number;
}

/** What the log of a board holds on average before it is merged: about 48 KB. */
const LOG_ITEMS = 300;
/** As a read function has it. */
const CACHE_BYTES = 24 * 1_024 * 1_024;
/** Items of the index whose COUNT is measured; what a COUNT of more takes is proportional. */
const COUNTED_ITEMS = 2_000;
const ITEMS_PER_REQUEST = 25;
const COMMANDS_AT_ONCE = 10_000;

interface Measured {
  wrong: number;
  readUnits: number;
  objectReads: number;
  kilobytes: number;
  milliseconds: number;
  countUnits: number;
  redisMilliseconds: number | undefined;
}

/** Asks for the ranks of random players on a board of each distribution, and compares each with its place in a sorted list. */
export async function compareRanks(options: RankBench, progress: Progress): Promise<Report> {
  const engine = await startDynamoDbEngine();
  const rows: [string, Measured][] = [];
  try {
    const client = documentClient(engine.client);
    const distributions = Object.entries(DISTRIBUTIONS);
    for (const [number, [name, scoreOf]] of distributions.entries()) {
      const { ranks } = await createTables(engine.client, { ranks: `ranks-${number}` });
      const board = new BenchBoard(scoreOf, options.players, LOG_ITEMS, options.seed + number);
      rows.push([name, await measure(board, client, ranks, options)]);
      progress(number + 1, distributions.length);
    }
  } finally {
    await engine.stop();
  }
  const most = (value: (measured: Measured) => number) =>
    Math.max(...rows.map(([, measured]) => value(measured)));
  return {
    title: `A rank among ${options.players.toLocaleString('en')} players, ${options.reads.toLocaleString('en')} reads on each board`,
    columns: [
      'scores',
      'wrong',
      'read units',
      'S3 reads',
      'S3 KB',
      'ms (median)',
      'read units of a COUNT',
      'ms of Redis (median)',
    ],
    rows: rows.map(([name, measured]) => [
      name,
      measured.wrong,
      measured.readUnits,
      measured.objectReads,
      measured.kilobytes,
      measured.milliseconds,
      measured.countUnits,
      measured.redisMilliseconds ?? 'no redis-server',
    ]),
    goals: [
      atMost(
        'wrong ranks',
        0,
        'of all',
        rows.reduce((sum, [, { wrong }]) => sum + wrong, 0),
      ),
      atMost(
        'read units of a rank',
        15,
        'units, whatever the size of the board',
        most(({ readUnits }) => readUnits),
      ),
      atMost(
        'S3 reads of a rank',
        2,
        'requests, whatever the size of the board',
        most(({ objectReads }) => objectReads),
      ),
    ],
  };
}

async function measure(
  board: BenchBoard,
  client: ReturnType<typeof documentClient>,
  tableName: string,
  { reads, seed }: RankBench,
): Promise<Measured> {
  const partition = ranksPartition('BENCH', '0123456789abcdefe');
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
    ...board.log.map((item) => toLogItem(partition, item)),
  ];
  for (const item of items) await client.send(new PutCommand({ TableName: tableName, Item: item }));

  let readUnits = 0;
  let bytes = 0;
  const ranks = new BoardRanks({
    table: new RanksTable({ client, tableName, onConsumed: (units) => (readUnits += units) }),
    runs: new RunReader({ store, cacheBytes: CACHE_BYTES, onRead: (read) => (bytes += read) }),
  });
  const random = seededRandom(seed);
  const asked = Array.from({ length: reads }, () => Math.floor(random() * board.players));
  const readsBefore = store.reads;
  const times: number[] = [];
  let wrong = 0;
  let ahead = 0;
  for (const player of asked) {
    const start = performance.now();
    const key = board.key(player);
    const rank = await ranks.read(partition, WINDOW, async (cut) => 1 + (await cut.below(key)));
    times.push(performance.now() - start);
    const expected = board.rank(player);
    if (rank !== expected) wrong += 1;
    ahead += expected - 1;
  }
  return {
    wrong,
    readUnits: readUnits / reads,
    objectReads: (store.reads - readsBefore) / reads,
    kilobytes: bytes / reads / 1_024,
    milliseconds: median(times),
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
