import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { createTables } from '../testing/index.ts';
import {
  boardKey,
  countPlayers,
  documentClient,
  fromAttributes,
  ifAbsent,
  ifLatestIsOlder,
  ifSlotIsFreeFor,
  LEDGER_UPDATE_ATTRIBUTES,
  markRouted,
  queryOf,
  REGISTERED_BOARDS,
  snapshotKey,
  STANDINGS_TABLE,
  TABLES,
  toBoardItem,
  toLatestSnapshotItem,
  toReceivedEventItem,
  toRegisteredBoard,
  toRetryNote,
  toRetryNoteItem,
  toSnapshot,
  toArchivedStanding,
  toArchivedStandingItem,
  toStoredEvent,
  toUnroutedEvent,
  transactionEventKey,
  unroutedBefore,
  unroutedPartition,
  UNROUTED_PARTITIONS,
  type SortKeyRange,
} from './index.ts';

const NAMES = {
  ledger: 'ledger-test',
  processedEvents: 'processed-events-test',
  standings: 'standings-test',
  ranks: 'ranks-test',
  snapshots: 'snapshots-test',
  transactionEvents: 'transaction-events-test',
  idempotencyKeys: 'idempotency-keys-test',
};

let engine: DynamoDbEngine;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = documentClient(engine.client);
  await createTables(engine.client, NAMES);
});
afterAll(() => engine.stop());

/** Whether the write took place, and what was there if it did not. */
async function put(
  TableName: string,
  Item: Record<string, unknown>,
  condition = {},
): Promise<unknown> {
  try {
    const ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
    await client.send(
      new PutCommand({ TableName, Item, ReturnValuesOnConditionCheckFailure, ...condition }),
    );
    return 'written';
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item && fromAttributes(error.Item);
  }
}

describe('table definitions', () => {
  test.each([
    ['ledger', ['player_id S', 'timestamp N'], []],
    ['processedEvents', ['player_id S', 'event_id S'], []],
    ['standings', ['player_id S', 'board_window S'], []],
    ['ranks', ['board S', 'entry S'], []],
    ['snapshots', ['leaderboard_id S', 'as_of S'], []],
    [
      'transactionEvents',
      ['event_id S'],
      [['unrouted', 'unrouted S', 'received_at S', 'KEYS_ONLY']],
    ],
    ['idempotencyKeys', ['idempotency_key S'], []],
  ] as const)('%s', async (id, keys, indexes) => {
    const { Table } = await engine.client.send(new DescribeTableCommand({ TableName: NAMES[id] }));
    const typeOf = (name: string | undefined) =>
      `${name} ${Table?.AttributeDefinitions?.find((each) => each.AttributeName === name)?.AttributeType}`;
    expect(Table?.KeySchema?.map((key) => typeOf(key.AttributeName))).toEqual(keys);
    expect(
      (Table?.GlobalSecondaryIndexes ?? []).map((index) => [
        index.IndexName,
        ...(index.KeySchema ?? []).map((key) => typeOf(key.AttributeName)),
        index.Projection?.ProjectionType,
      ]),
    ).toEqual(indexes);
  });

  test('what expires, and whose stream is read', () => {
    expect(
      Object.values(TABLES).map((table) => [
        table.name,
        'expiryAttribute' in table ? table.expiryAttribute : undefined,
        'stream' in table ? table.stream : undefined,
      ]),
    ).toEqual([
      ['leaderboard-data', undefined, 'NEW_AND_OLD_IMAGES'],
      ['processed-events', 'expires_at', undefined],
      ['standings', 'expires_at', undefined],
      ['leaderboard-ranks', undefined, undefined],
      ['leaderboard-snapshots', 'expires_at', undefined],
      ['transaction-events', 'expires_at', undefined],
      ['idempotency-keys', 'expires_at', undefined],
    ]);
  });

  test('the standings read what the contract of their events requires', async () => {
    const file = fileURLToPath(
      import.meta.resolve('@leaderboard/contracts/schemas/standings-event.schema.json'),
    );
    const schema = JSON.parse(await readFile(file, 'utf8')) as {
      properties: { dynamodb: { properties: { NewImage: { required: string[] } } } };
    };
    expect(schema.properties.dynamodb.properties.NewImage.required).toEqual(
      LEDGER_UPDATE_ATTRIBUTES,
    );
  });
});

describe('a query', () => {
  const keys = ['a1', 'a2', 'b1', 'b2'];

  beforeAll(async () => {
    for (const key of keys) {
      const row = {
        player_id: 'player',
        board_window: key,
        board_id: 'GLOBAL',
        score: '0.3',
        updates: 1,
        achieved_at: '2026-11-21T09:59:59Z',
        version: 1,
        definition_hash: 'abc',
      };
      await put(NAMES.standings, toArchivedStandingItem(row));
    }
  });

  test.each<[SortKeyRange | undefined, string[]]>([
    [undefined, keys],
    [{ is: 'a2 abc' }, ['a2']],
    [{ above: 'a2 abc' }, ['b1', 'b2']],
    [{ below: 'a2' }, ['a1']],
    [{ from: 'a2' }, ['a2', 'b1', 'b2']],
    [{ from: 'a2', to: 'b1 abc' }, ['a2', 'b1']],
    [{ startsWith: 'b' }, ['b1', 'b2']],
  ])('of a partition, by its sort key: %j', async (sortKey, expected) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: NAMES.standings,
        ...queryOf(STANDINGS_TABLE, 'player', { sortKey }),
      }),
    );
    expect(Items.map((item) => toArchivedStanding(item).board_window)).toEqual(expected);
  });

  test('of a table, with some attributes', async () => {
    const { Items } = await client.send(
      new QueryCommand({
        TableName: NAMES.standings,
        ...queryOf(STANDINGS_TABLE, 'player', {
          sortKey: { is: 'a1 abc' },
          attributes: ['board_id', 'player_id'],
        }),
      }),
    );
    expect(Items).toEqual([{ board_id: 'GLOBAL', player_id: 'player' }]);
  });
});

test('scores keep every digit on their way to the table and back', async () => {
  const score = '12345678901234567890.123456';
  const Key = { player_id: { S: 'exact' }, board_window: { S: 'GLOBAL#all_time abc' } };
  await put(
    NAMES.standings,
    toArchivedStandingItem({
      player_id: 'exact',
      board_window: 'GLOBAL#all_time',
      board_id: 'GLOBAL',
      score,
      updates: 1,
      achieved_at: '2026-11-21T09:59:59Z',
      version: 1,
      definition_hash: 'abc',
    }),
  );
  const raw = await engine.client.send(new GetItemCommand({ TableName: NAMES.standings, Key }));
  expect(raw.Item?.['score']).toEqual({ N: score });
  const { Item } = await client.send(
    new GetCommand({ TableName: NAMES.standings, Key: fromAttributes(Key) }),
  );
  expect(String(Item?.['score'])).toBe(score);
});

describe('conditions', () => {
  test('a board is listed once, and keeps its count', async () => {
    const absent = ifAbsent(STANDINGS_TABLE);
    expect(await put(NAMES.standings, toBoardItem('GLOBAL'), absent)).toBe('written');
    await client.send(
      new UpdateCommand({
        TableName: NAMES.standings,
        Key: boardKey('GLOBAL'),
        ...countPlayers(4, '2026-11-21T10:00:00.000Z'),
      }),
    );
    expect(await put(NAMES.standings, toBoardItem('GLOBAL'), absent)).not.toBe('written');
    const { Items = [] } = await client.send(
      new QueryCommand({ TableName: NAMES.standings, ...REGISTERED_BOARDS }),
    );
    expect(Items.map(toRegisteredBoard)).toEqual([{ id: 'GLOBAL', players: 4 }]);
  });

  test('a retry note replaces one that has ended or is of the same player, and no other', async () => {
    const note = { player: 'ada', ledgerTimestamp: 100, until: 1_000 };
    const write = (mine: typeof note, nowMs: number) =>
      put(NAMES.standings, toRetryNoteItem(1, mine), ifSlotIsFreeFor(mine, nowMs));
    expect(await write(note, 0)).toBe('written');
    const others = { player: 'bob', ledgerTimestamp: 50, until: 2_000 };
    expect(toRetryNote((await write(others, 500)) as never)).toEqual(note);
    expect(await write({ ...note, ledgerTimestamp: 90 }, 500)).toBe('written');
    expect(await write({ ...note, ledgerTimestamp: 95 }, 500)).not.toBe('written');
    expect(await write(others, 1_001)).toBe('written');
  });

  test('the latest snapshot is replaced by a newer one only', async () => {
    const snapshot = {
      leaderboard_id: 'GLOBAL#weekly',
      board: 'GLOBAL',
      window: 'weekly' as const,
      period: '2026-W47',
      as_of: '2026-11-21T10:00:00.000Z',
      total: 0,
      entries: [],
    };
    const write = (changes: object) => {
      const next = { ...snapshot, ...changes };
      return put(NAMES.snapshots, toLatestSnapshotItem(next), ifLatestIsOlder(next));
    };
    expect(await write({})).toBe('written');
    expect(await write({})).not.toBe('written');
    expect(await write({ period: '2026-W46', as_of: '2026-11-21T11:00:00.000Z' })).not.toBe(
      'written',
    );
    expect(await write({ as_of: '2026-11-21T11:00:00.000Z' })).toBe('written');
    const { Item } = await client.send(
      new GetCommand({ TableName: NAMES.snapshots, Key: snapshotKey('GLOBAL#weekly', 'LATEST') }),
    );
    expect(toSnapshot(Item ?? {}).as_of).toBe('2026-11-21T11:00:00.000Z');
  });

  test('an event leaves the index of unrouted events once it is routed', async () => {
    const event = {
      eventId: 'evt-1',
      transactionType: 'refund' as const,
      body: '{}',
      bodyHash: 'hash',
      receivedAt: '2026-11-21T10:00:00.000Z',
      requestId: 'request-1',
    };
    const partition = unroutedPartition('refund', 'evt-1');
    expect(UNROUTED_PARTITIONS).toContain(partition);
    const unrouted = async (before: string) =>
      (
        await client.send(
          new QueryCommand({
            TableName: NAMES.transactionEvents,
            ...unroutedBefore(partition, before),
          }),
        )
      ).Items?.map(toUnroutedEvent);
    const route = (bodyHash: string) =>
      client.send(
        new UpdateCommand({
          TableName: NAMES.transactionEvents,
          Key: transactionEventKey('evt-1'),
          ...markRouted({ bodyHash, routedAtMs: 1_795_255_200_999, ttlSeconds: 60 }),
        }),
      );
    await put(NAMES.transactionEvents, toReceivedEventItem(event));
    expect(await unrouted('2026-11-21T10:00:00.000Z')).toEqual([]);
    expect(await unrouted('2026-11-21T10:00:00.001Z')).toEqual([
      { eventId: 'evt-1', receivedAt: event.receivedAt },
    ]);
    await expect(route('other')).rejects.toThrow(ConditionalCheckFailedException);
    await route('hash');
    await expect(route('hash')).rejects.toThrow(ConditionalCheckFailedException);
    expect(await unrouted('2026-11-21T10:00:00.001Z')).toEqual([]);
    const Key = { event_id: { S: 'evt-1' } };
    const raw = await engine.client.send(
      new GetItemCommand({ TableName: NAMES.transactionEvents, Key }),
    );
    expect(raw.Item).toMatchObject({
      state: { S: 'routed' },
      routed_at: { S: '2026-11-21T10:00:00.999Z' },
      expires_at: { N: '1795255260' },
    });
    expect(toStoredEvent(fromAttributes(raw.Item ?? {})).state).toBe('routed');
  });
});
