import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BatchGetItemCommandOutput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { createTables } from '../testing/index.ts';
import { batchGet, ThrottledReadError, type BatchGetOptions } from './batch-get.ts';
import { documentClient } from './conversion.ts';
import { processedEventKey, toHead, toHeadItem } from './processed-events.ts';

const TABLE = 'processed-events-test';
const PLAYERS = Array.from({ length: 250 }, (_, index) => `player-${index}`);
const KEYS = PLAYERS.map((player) => processedEventKey(player, '#head'));

let engine: DynamoDbEngine;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  await createTables(engine.client, { processedEvents: TABLE });
  for (let start = 0; start < PLAYERS.length; start += 25) {
    const puts = PLAYERS.slice(start, start + 25).map((player) => ({
      PutRequest: {
        Item: toHeadItem(player, { version: 1, timestamp: 2, lastSettled: undefined }),
      },
    }));
    await documentClient(engine.client).send(
      new BatchWriteCommand({ RequestItems: { [TABLE]: puts } }),
    );
  }
});
afterAll(() => engine.stop());

function options(
  client: DynamoDBClient,
  changes: Partial<BatchGetOptions> = {},
): BatchGetOptions & { pauses: number[] } {
  const pauses: number[] = [];
  return {
    client: documentClient(client),
    tableName: TABLE,
    consistentRead: true,
    sleep: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    random: () => 0,
    pauses,
    ...changes,
  };
}

/** A client whose requests read `limit` keys and leave the others. */
function throttledClient(limit: number): DynamoDBClient {
  const client = engine.createClient();
  client.middlewareStack.add(
    (next) => async (args) => {
      const { RequestItems } = args.input as {
        RequestItems: Record<string, { Keys: unknown[] }>;
      };
      const request = RequestItems[TABLE];
      if (request === undefined) throw new Error('a request of another table');
      const unread = request.Keys.slice(limit);
      const result = await next({
        ...args,
        input: { RequestItems: { [TABLE]: { ...request, Keys: request.Keys.slice(0, limit) } } },
      } as typeof args);
      (result.output as BatchGetItemCommandOutput).UnprocessedKeys =
        unread.length === 0 ? {} : { [TABLE]: { Keys: unread as never } };
      return result;
    },
    { step: 'serialize', priority: 'high' },
  );
  return client;
}

test('reads any number of keys, and leaves out those without an item', async () => {
  const items = await batchGet(
    [...KEYS, processedEventKey('nobody', '#head')],
    options(engine.client),
  );
  expect(new Set(items.map((item) => toHead(item).playerId))).toEqual(new Set(PLAYERS));
});

test('reads only the requested attributes', async () => {
  const [key = {}] = KEYS;
  const items = await batchGet([key], options(engine.client, { attributes: ['player_id'] }));
  expect(items).toEqual([{ player_id: 'player-0' }]);
});

test('reports what the requests consumed', async () => {
  let units = 0;
  const onConsumed = (consumed: number) => (units += consumed);
  await batchGet(KEYS, options(engine.client, { onConsumed }));
  expect(units).toBe(KEYS.length);
});

test('requests unread keys again, after growing pauses', async () => {
  const { pauses, ...rest } = options(throttledClient(30));
  const items = await batchGet(KEYS.slice(0, 100), rest);
  expect(new Set(items.map((item) => toHead(item).playerId)).size).toBe(100);
  expect(pauses).toEqual([50, 100, 200]);
});

test('takes up to half of a pause off at random', async () => {
  const { pauses, ...rest } = options(throttledClient(50), { random: () => 0.5 });
  await batchGet(KEYS.slice(0, 100), rest);
  expect(pauses).toEqual([37.5]);
});

test('fails when keys are still unread after six attempts', async () => {
  const { pauses, ...rest } = options(throttledClient(1));
  const reading = batchGet(KEYS.slice(0, 10), rest);
  await expect(reading).rejects.toThrow(ThrottledReadError);
  await expect(reading).rejects.toThrow(
    expect.objectContaining({
      code: 'ThrottledRead',
      tableName: TABLE,
      message: `4 of 10 items of the table ${TABLE} were still unread after 6 attempts: the table is throttled. Try again later.`,
    }),
  );
  expect(pauses).toEqual([50, 100, 200, 400, 800]);
});
