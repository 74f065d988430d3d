import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, scan, storedStandings } from '../testing/expected-standings.ts';
import { isWrite, type LoggedRequest } from '../testing/request-log.ts';
import { eventRecord, TestLedger, type Score } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS, type TestProjector } from '../testing/test-projector.ts';

const MAX_ITEM_BYTES = 1_024;

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;
let projector: TestProjector;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  tables = await engine.createTables();
  ledger = new TestLedger(client, tables.ledger);
  projector = createProjector(engine, tables);
});

/** Units of one more update of a player who has standings, on boards that are announced. */
async function unitsOf(score: Score): Promise<{ table: number; index: number }> {
  const updates = await ledger.add('ada', { score: 10 });
  await projector.handle(updates.map(eventRecord));
  projector.log.clear();
  await projector.handle((await ledger.add('ada', score)).map(eventRecord));
  return projector.log.units(isWrite);
}

describe('write units of one update on the default boards (GLOBAL sum, game best; all_time, weekly)', () => {
  test('that changes every place: five items, and four index entries removed and put', async () => {
    expect(await unitsOf({ score: 11 })).toEqual({ table: 5, index: 8 });
  });

  test("that is no new best: only GLOBAL's index entries", async () => {
    expect(await unitsOf({ score: 9 })).toEqual({ table: 5, index: 4 });
  });

  test('that changes no place: no index entry', async () => {
    expect(await unitsOf({ score: 0 })).toEqual({ table: 5, index: 0 });
  });

  test('ten updates of one player in one batch cost what one does', async () => {
    await unitsOf({ score: 11 });
    projector.log.clear();
    const scores = Array.from({ length: 10 }, (_, index) => ({ score: 20 + index }));
    await projector.handle((await ledger.add('ada', ...scores)).map(eventRecord));
    expect(projector.log.units(isWrite)).toEqual({ table: 5, index: 8 });
  });

  test('read units: one for #applied and one for each standing', async () => {
    await unitsOf({ score: 11 });
    const isRead = (request: LoggedRequest) => !isWrite(request);
    expect(projector.log.units(isRead)).toEqual({ table: 5, index: 0 });
  });
});

test('an item with the longest ids stays below 1 KB', async () => {
  const player = 'p'.repeat(128);
  const updates = await ledger.add(player, {
    game_id: 'g'.repeat(64),
    score: -999_999_999.999999,
  });
  await projector.handle(updates.map(eventRecord));
  const sizes = (await scan(client, tables.standings)).map((item) =>
    Object.entries(item).reduce(
      (bytes, [name, { S = '', N = '' }]) => bytes + name.length + S.length + N.length,
      0,
    ),
  );
  expect(Math.max(...sizes)).toBeLessThan(MAX_ITEM_BYTES);
});

test('a hot player with 5,000 updates: one refold after a gap, and no later event reads the history', async () => {
  const scores = Array.from({ length: 5_000 }, (_, index) => ({ score: index % 97 }));
  const history = await ledger.add('ada', ...scores);
  await projector.handle(history.slice(0, 1).map(eventRecord));
  projector.log.clear();

  await projector.handle(history.slice(-1).map(eventRecord));
  expect(projector.observed.refolded).toEqual([['ada', 'gap', 4_999]]);
  const refold = projector.log.requests.filter(
    ({ name, input }) => name === 'QueryCommand' && input['TableName'] === tables.ledger,
  );
  // Pages of 1 MB.
  expect(refold.length).toBeLessThanOrEqual(4);

  for (const score of [1, 2, 3]) {
    const next = await ledger.add('ada', { score });
    projector.log.clear();
    await projector.handle(next.map(eventRecord));
    expect(projector.log.counts()).toMatchObject({ BatchGetItem: 1 });
    expect(projector.log.counts()).not.toHaveProperty('Query');
  }

  const [, ...late] = await ledger.add('ada', { score: 4 }, { score: 5 }, { score: 6 });
  projector.log.clear();
  await projector.handle(late.map(eventRecord));
  expect(projector.observed.refolded.at(-1)).toEqual(['ada', 'gap', 3]);
  const ledgerUnits = projector.log.units(
    ({ name, input }) => name === 'QueryCommand' && input['TableName'] === tables.ledger,
  );
  // From where the standings are, and not from the start.
  expect(ledgerUnits).toEqual({ table: 1, index: 0 });
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, DEFAULT_BOARDS),
  );
});
