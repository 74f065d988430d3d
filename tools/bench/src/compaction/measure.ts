import path from 'node:path';
import { BatchWriteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { MemoryRunStore, writeRun } from '@leaderboard/ranks/testing';
import {
  documentClient,
  logId,
  ranksHeadKey,
  ranksPartition,
  toEpochItem,
  toLogItem,
  toRanksHead,
  toRanksHeadItem,
  type PlayerMoves,
  type RunRef,
} from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { seededRandom } from '@leaderboard/testing/random';
import type { Progress } from '../bench-command.ts';
import { Child } from '../child.ts';
import { environmentOf } from '../cold-start/functions.ts';
import {
  BenchBoard,
  DISTRIBUTIONS,
  placeOfScore,
  playerId,
  START_MS,
  WINDOW,
} from '../rank/board.ts';
import { atLeast, atMost, type Report } from '../report.ts';
import { StubS3 } from './stub-s3.ts';
import type { Run } from './worker.ts';

export interface CompactionBench {
  players: number;
  rounds: number;
  seed: number;
}

const BUNDLE = path.resolve(
  import.meta.dirname,
  '../../../../apps/standings/dist/compactor/index.mjs',
);
/** A log as one flip takes it under load: transactions, and players in each. */
const LOG_ITEMS = 1_000;
const PLAYERS_PER_ITEM = 10;
const ITEMS_PER_REQUEST = 25;
/** A large run is merged with the runs above it when these have a sixth of its size; here each sixth player was updated. */
const UPDATED = 6;
/** Memory of the function as the infrastructure has it by default, in MB. */
const MEMORY_MB = 1_024;
/** Of it, what Node may use for objects before it collects harder; buffers come on top. */
const HEAP_MB = 512;

/**
 * Merges full logs into a board of uniform scores, then a sixth of a board into the board, with the compactor's bundle in a
 * process of its own.
 */
export async function measureCompaction(
  options: CompactionBench,
  progress?: Progress,
): Promise<Report> {
  const engine = await startDynamoDbEngine();
  try {
    const client = documentClient(engine.client);
    const { ranks, standings } = await createTables(engine.client, {
      ranks: 'leaderboard-ranks',
      standings: 'standings',
    });
    const store = new MemoryRunStore();
    await using s3 = await StubS3.start(store);
    const worker = path.join(import.meta.dirname, 'worker.ts');
    const { child } = await Child.start(worker, [BUNDLE], {
      ...environmentOf(s3.endpoint),
      ...engine.environment,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}`,
      RANKS_TABLE_NAME: ranks,
      STANDINGS_TABLE_NAME: standings,
    });
    await using compactor = child;

    const put = async (board: string, runs: readonly RunRef[]) => {
      const partition = ranksPartition(board, '0123456789abcdefe');
      const windows = new Map([[WINDOW, runs]]);
      const head = { number: 1, windows, closedUpTo: new Map<string, string>(), absorbed: [] };
      for (const item of [toRanksHeadItem(partition, head), toEpochItem(partition, 1)]) {
        await client.send(new PutCommand({ TableName: ranks, Item: item }));
      }
      return partition;
    };
    const read = async (partition: string) => {
      const found = await client.send(
        new GetCommand({ TableName: ranks, Key: ranksHeadKey(partition), ConsistentRead: true }),
      );
      return toRanksHead(found.Item ?? {}).windows.get(WINDOW) ?? [];
    };

    const { players, rounds, seed } = options;
    const scoreOf = DISTRIBUTIONS.uniform;
    const board = new BenchBoard({ scoreOf, players, logBytes: 0, partition: '', seed });
    const base = await writeRun(store, 'base', board.entriesOfRun());
    const logged = await put('LOGGED', [base]);
    const logs = new Logs(board, seededRandom(seed));
    const flips: Run[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const items = logs.next().map((item) => ({
        PutRequest: { Item: toLogItem(logged, item) },
      }));
      for (let start = 0; start < items.length; start += ITEMS_PER_REQUEST) {
        const requests = items.slice(start, start + ITEMS_PER_REQUEST);
        await client.send(new BatchWriteCommand({ RequestItems: { [ranks]: requests } }));
      }
      flips.push(await compactor.ask<Run>({ partitions: [logged] }));
      progress?.(round, rounds + 1);
    }
    const afterFlips = netOf(await read(logged));

    const updates = await writeRun(store, 'updates', board.entriesOfUpdates(UPDATED));
    const stacked = await put('STACKED', [base, updates]);
    const merge = await compactor.ask<Run>({ partitions: [stacked] });
    progress?.(rounds + 1, rounds + 1);
    const afterMerge = await read(stacked);
    const wasMerged = afterMerge.length === 1;

    const changes = rounds * LOG_ITEMS * PLAYERS_PER_ITEM;
    const flipSeconds = flips.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1_000;
    const mergeSeconds = merge.milliseconds / 1_000;
    const perMerge = Math.ceil(players / UPDATED);
    const secondsPerChange = flipSeconds / changes + (wasMerged ? mergeSeconds / perMerge : 0);
    const megabytes = Math.max(merge.megabytes, ...flips.map((flip) => flip.megabytes));
    return {
      title: `Changes of one window of a board of ${players.toLocaleString('en')} players`,
      columns: [
        'merged',
        'changes',
        'seconds',
        'changes/s',
        'board in MB',
        'memory in MB until then',
      ],
      rows: [
        [
          'full logs',
          changes,
          flipSeconds,
          Math.round(changes / flipSeconds),
          base.bytes / 1e6,
          Math.max(...flips.map((flip) => flip.megabytes)),
        ],
        wasMerged
          ? [
              'a sixth of the board, when it is due',
              perMerge,
              mergeSeconds,
              Math.round(perMerge / mergeSeconds),
              (base.bytes + updates.bytes) / 1e6,
              merge.megabytes,
            ]
          : ['a sixth of the board: with the logs', perMerge, 'none', 'none', 'none', 'none'],
        ['both', '', '', Math.round(1 / secondsPerChange), '', megabytes],
      ],
      goals: [
        atLeast('changes a second of one window', 1_000, 'changes', 1 / secondsPerChange),
        atMost('memory of the compactor', MEMORY_MB, 'MB', megabytes),
        atMost(
          'players lost or counted twice',
          0,
          'players',
          Math.abs(afterFlips - players) + Math.abs(netOf(afterMerge) - players),
        ),
      ],
    };
  } finally {
    await engine.stop();
  }
}

function netOf(runs: readonly RunRef[]): number {
  return runs.reduce((sum, { net }) => sum + net, 0);
}

/** Full logs, one after the other: random players who gain a point each time. */
class Logs {
  readonly #board: BenchBoard;
  readonly #random: () => number;
  readonly #gained = new Map<number, number>();
  #items = 0;

  constructor(board: BenchBoard, random: () => number) {
    this.#board = board;
    this.#random = random;
  }

  next() {
    return Array.from({ length: LOG_ITEMS }, () => {
      this.#items += 1;
      // Newer than what is in the board, and older than now: as a log is.
      const id = logId(START_MS + this.#items, this.#items.toString(36).padStart(6, '0'));
      const players = new Set<number>();
      while (players.size < Math.min(PLAYERS_PER_ITEM, this.#board.players)) {
        players.add(Math.floor(this.#random() * this.#board.players));
      }
      return { id, players: [...players].map((player) => this.#move(player)) };
    });
  }

  #move(player: number): PlayerMoves {
    const gained = this.#gained.get(player) ?? 0;
    this.#gained.set(player, gained + 1);
    const score = this.#board.score(player);
    const before = placeOfScore(score + gained, player);
    const place = placeOfScore(score + gained + 1, player);
    const after = { place, updates: gained + 2, achievedAtMs: undefined };
    return { playerId: playerId(player), moves: [{ window: WINDOW, before, after }] };
  }
}
