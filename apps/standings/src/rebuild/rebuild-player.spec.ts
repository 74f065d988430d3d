import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Announcer } from '../fold/announcer.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { DynamoDbStandingsStore } from '../fold/dynamodb-standings-store.ts';
import { DynamoDbLedgerReader, type LedgerReader } from '../fold/ledger-reader.ts';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, storedStandings } from '../testing/expected-standings.ts';
import { eventRecord, START_MS, TestLedger } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { rebuildPlayer, type PlayerResult } from './rebuild-player.ts';

/** Seconds after the updates of these tests were written. */
const NOW_MS = START_MS + 10_000;

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

/** A ledger that does not show version 2 the first time that it is read. */
function showingLate(reader: LedgerReader): LedgerReader {
  let reads = 0;
  return {
    settledUpdates: (playerId, from, to) => reader.settledUpdates(playerId, from, to),
    async *updatesAfter(playerId, timestamp) {
      reads += 1;
      const isFirst = reads === 1;
      for await (const page of reader.updatesAfter(playerId, timestamp)) {
        yield page.filter(({ version }) => !(isFirst && version === 2));
      }
    },
  };
}

async function rebuild(): Promise<{ result: PlayerResult; pausesMs: number[] }> {
  const pausesMs: number[] = [];
  const sleep = async (ms: number) => {
    pausesMs.push(ms);
  };
  const now = () => NOW_MS;
  const tableName = tables.standings;
  const result = await rebuildPlayer('ada', undefined, false, {
    catalog: new BoardCatalog(DEFAULT_BOARDS),
    store: new DynamoDbStandingsStore({
      client,
      tableName,
      sleep,
      announcer: new Announcer({ client, tableName, now }),
    }),
    ledger: showingLate(new DynamoDbLedgerReader({ client, tableName: tables.ledger })),
    now,
    random: () => 0,
    sleep,
  });
  return { result, pausesMs };
}

describe('a version that the ledger does not show yet', () => {
  test('is waited for when the standings hold it', async () => {
    const updates = await ledger.add('ada', { score: 1 }, { score: 2 }, { score: 4 });
    await createProjector(engine, tables).handle(updates.map(eventRecord));
    const { result, pausesMs } = await rebuild();
    expect(result).toEqual({ differences: [], missing: 0 });
    expect(pausesMs).toEqual([60_000 - (NOW_MS - (updates[2]?.timestamp ?? 0))]);
    expect(await storedStandings(client, tables)).toEqual(
      await expectedStandings(client, tables, DEFAULT_BOARDS),
    );
  });

  test('is left to its event when the standings do not hold it', async () => {
    const updates = await ledger.add('ada', { score: 1 }, { score: 2 }, { score: 4 });
    const { result, pausesMs } = await rebuild();
    expect(result.missing).toBe(0);
    expect(pausesMs).toEqual([]);
    expect(await createProjector(engine, tables).handle(updates.map(eventRecord))).toEqual([]);
    expect(await storedStandings(client, tables)).toEqual(
      await expectedStandings(client, tables, DEFAULT_BOARDS),
    );
  });
});
