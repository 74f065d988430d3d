import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import { crashAtWrite } from '../testing/crashes.ts';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, storedStandings } from '../testing/expected-standings.ts';
import { seededRandom } from '../testing/random.ts';
import { eventRecord, randomScore, TestLedger } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS } from '../testing/test-projector.ts';

const EXTRA: BoardDefinition = {
  id: 'MOVES',
  scope: 'all_games',
  operator: 'count',
  order: 'desc',
  tie_break: 'latest',
  windows: ['monthly'],
  shards: 3,
};

const CHANGES: Record<string, (boards: readonly BoardDefinition[]) => BoardDefinition[]> = {
  'another operator': ([first, ...rest]) => [...changed(first, { operator: 'last' }), ...rest],
  'another order': ([first, ...rest]) => [...changed(first, { order: 'asc' }), ...rest],
  'bounds that leave out what counted': ([first, ...rest]) => [
    ...changed(first, { min_score: 5.5 }),
    ...rest,
  ],
  'more shards': ([first, ...rest]) => [...changed(first, { shards: 4 }), ...rest],
  'one window more': ([first, ...rest]) => [
    ...changed(first, { windows: ['all_time', 'weekly', 'daily'] }),
    ...rest,
  ],
  'a new board': (boards) => [...boards, EXTRA],
};

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  tables = await engine.createTables();
  ledger = new TestLedger(client, tables.ledger);
});

function changed(
  definition: BoardDefinition | undefined,
  change: Partial<BoardDefinition>,
): BoardDefinition[] {
  return definition ? [{ ...definition, ...change } as BoardDefinition] : [];
}

async function playUnder(definitions: readonly BoardDefinition[], seed: number): Promise<void> {
  const random = seededRandom(seed);
  const scores = Array.from({ length: 30 }, () => randomScore(random));
  const records = (await ledger.add('ada', ...scores)).map(eventRecord);
  expect(await createProjector(engine, tables, { definitions }).handle(records)).toEqual([]);
}

test.each(Object.entries(CHANGES))(
  '%s: the next event folds the player anew, once, as if it had always been so',
  async (_name, change) => {
    await playUnder(DEFAULT_BOARDS, 1);
    const definitions = change(DEFAULT_BOARDS);
    const projector = createProjector(engine, tables, { definitions });
    await projector.handle((await ledger.add('ada', { score: 1 })).map(eventRecord));
    expect(projector.observed.refolded).toEqual([['ada', 'definitions', 31]]);
    await projector.handle((await ledger.add('ada', { score: 2 })).map(eventRecord));
    expect(projector.observed.refolded).toHaveLength(1);
    expect(await storedStandings(client, tables)).toEqual(
      await expectedStandings(client, tables, definitions),
    );
  },
);

test('a board that is gone needs no refold: its standings stay until the rebuild removes them', async () => {
  await playUnder([...DEFAULT_BOARDS, EXTRA], 2);
  const projector = createProjector(engine, tables);
  await projector.handle((await ledger.add('ada', { score: 1 })).map(eventRecord));
  expect(projector.observed.refolded).toEqual([]);
  const stored = await storedStandings(client, tables);
  const expected = await expectedStandings(client, tables, DEFAULT_BOARDS);
  expect(stored).toEqual(expect.arrayContaining(expected));
  expect(stored.length).toBeGreaterThan(expected.length);
});

test('a board that comes back is folded anew', async () => {
  await playUnder([...DEFAULT_BOARDS, EXTRA], 3);
  await playUnder(DEFAULT_BOARDS, 4);
  await playUnder([...DEFAULT_BOARDS, EXTRA], 5);
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, [...DEFAULT_BOARDS, EXTRA]),
  );
});

test('a crash at any write of such a refold is repaired by the redelivery', async () => {
  const definitions = CHANGES['another order']?.(DEFAULT_BOARDS) ?? [];
  for (let write = 1; write <= 14; write += 1) {
    tables = await engine.createTables();
    ledger = new TestLedger(client, tables.ledger);
    await playUnder(DEFAULT_BOARDS, 6);
    const records = (await ledger.add('ada', { score: 1 })).map(eventRecord);
    const dying = createProjector(engine, tables, { definitions });
    crashAtWrite(dying.log, write, 'after');
    expect(await dying.handle(records)).toHaveLength(1);
    expect(await createProjector(engine, tables, { definitions }).handle(records)).toEqual([]);
    expect(await storedStandings(client, tables)).toEqual(
      await expectedStandings(client, tables, definitions),
    );
  }
});
