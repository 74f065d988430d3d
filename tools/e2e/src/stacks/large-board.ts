import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { BatchWriteCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  boardDefinitionHash,
  boardWindowKey,
  parseBoardDefinitions,
  rankKey,
  windowPeriod,
} from '@leaderboard/ranking';
import { S3RunStore } from '@leaderboard/ranks';
import { writeRun } from '@leaderboard/ranks/testing';
import {
  ranksPartition,
  standingKey,
  toEpochItem,
  toPlayerItem,
  toRanksHeadItem,
  windowOf,
  type StandingRow,
} from '@leaderboard/tables';
import { seededRandom } from '@leaderboard/testing/random';
import type { LeaderboardStack } from './leaderboard-stack.ts';

/** Items of one BatchWriteItem request (API reference). */
const ITEMS_PER_REQUEST = 25;
/** One player in so many has an item, and so a page of their own. */
const PLAYERS_PER_ITEM = 50;
const HIGHEST_SCORE = 400;

/**
 * Fills the global board of a stack that has had no update, all time and this week, with players whose ranks are written as a run,
 * as a compactor would have left them.
 *
 * @returns ids of the players that can be looked up
 */
export async function fillGlobalBoard(
  stack: LeaderboardStack,
  players: number,
): Promise<readonly string[]> {
  const boards = fileURLToPath(import.meta.resolve('@leaderboard/ranking/boards.json'));
  const definitions = parseBoardDefinitions(JSON.parse(readFileSync(boards, 'utf8'))).boards;
  const definition = definitions.find(({ id }) => id === 'GLOBAL');
  if (definition === undefined) throw new Error('The default boards have no GLOBAL.');
  const hash = boardDefinitionHash(definition);
  const partition = ranksPartition('GLOBAL', hash);
  const now = Date.now();
  const windows = definition.windows.map((window) => {
    const period = windowPeriod(window, now);
    return boardWindowKey({ board_id: 'GLOBAL', window, ...(period !== undefined && { period }) });
  });

  const random = seededRandom(11);
  const standings = Array.from({ length: players }, (_, number) => ({
    player_id: `crowd-${String(number).padStart(6, '0')}`,
    // Around the middle, as scores are.
    score: String(Math.floor(((random() + random() + random()) / 3) * HIGHEST_SCORE)),
    achieved_at: new Date(now - (players - number) * 10).toISOString(),
  }));
  const entries = standings
    .map((standing) => rankKey(standing, definition))
    .toSorted()
    .map((key) => ({ key, net: 1, time: now, updates: 1, achievedAtMs: undefined }));

  const s3 = new S3Client({
    region: 'us-west-1',
    endpoint: stack.endpoint('s3'),
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const store = new S3RunStore({ client: s3, bucket: stack.output('rank_runs_bucket') });
  const run = await writeRun(store, `${partition}/crowd`, entries);
  s3.destroy();
  const head = {
    number: 1,
    windows: new Map(windows.map((window) => [windowOf(window), [run]])),
    closedUpTo: new Map<string, string>(),
    absorbed: [],
  };
  const TableName = stack.output('ranks_table_name');
  await stack.tables.send(
    new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: toRanksHeadItem(partition, head) } },
        { Put: { TableName, Item: toEpochItem(partition, head.number) } },
      ],
    }),
  );

  const known = standings.filter((_, number) => number % PLAYERS_PER_ITEM === 0);
  const items = known.map((standing) => {
    const rows = windows.map((board_window): [string, StandingRow] => {
      const row = {
        ...standing,
        board_id: 'GLOBAL',
        board_window,
        definition_hash: hash,
        updates: 1,
        version: 1,
      };
      return [standingKey(row), row];
    });
    const applied = {
      version: 1,
      timestamp: Date.parse(standing.achieved_at),
      definition_hashes: definitions.map(boardDefinitionHash).toSorted().join(','),
      applied_at: now,
    };
    const transaction = { time: now, log: [] };
    return toPlayerItem(standing.player_id, { applied, transaction, standings: new Map(rows) });
  });
  for (let first = 0; first < items.length; first += ITEMS_PER_REQUEST) {
    const puts = items
      .slice(first, first + ITEMS_PER_REQUEST)
      .map((Item) => ({ PutRequest: { Item } }));
    await stack.tables.send(
      new BatchWriteCommand({ RequestItems: { [stack.output('standings_table_name')]: puts } }),
    );
  }
  return known.map(({ player_id }) => player_id);
}
