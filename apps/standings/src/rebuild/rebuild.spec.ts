import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Announcer } from '../fold/announcer.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { DynamoDbStandingsStore } from '../fold/dynamodb-standings-store.ts';
import { DynamoDbLedgerReader } from '../fold/ledger-reader.ts';
import { startDynamoDbEngine, type DynamoDbEngine } from '../testing/dynamodb-engine.ts';
import { expectedStandings, storedStandings } from '../testing/expected-standings.ts';
import { TestLedger, toLedgerItem } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { newCheckpoint } from './checkpoint.ts';
import { rebuild, type RebuildOptions } from './rebuild.ts';

let engine: DynamoDbEngine;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(() => engine.stop());

test('a scan that comes by a player in parts gives the same as one that does not', async () => {
  const client = engine.createClient();
  const tables = await engine.createTables();
  const ledger = new TestLedger(client, tables.ledger);
  const ada = await ledger.add('ada', { score: 1 }, { score: 2, game_id: 'go' }, { score: 4 });
  const bob = await ledger.add('bob', { score: 8 });
  const pages = [ada.slice(0, 2), bob, ada.slice(2)].map((page) => page.map(toLedgerItem));
  const catalog = new BoardCatalog(DEFAULT_BOARDS);
  const clock = { now: Date.now, random: Math.random };
  const sleep: RebuildOptions['sleep'] = async (ms) => {
    await delay(ms);
  };
  const checkpoint = newCheckpoint(
    { ledger: tables.ledger, standings: tables.standings, definitions: '', mode: 'write' },
    1,
    'run',
  );
  const isComplete = await rebuild({
    ...clock,
    sleep,
    catalog,
    checkpoint,
    settleMs: 0,
    signal: new AbortController().signal,
    ledger: new DynamoDbLedgerReader({ client, tableName: tables.ledger }),
    store: new DynamoDbStandingsStore({
      client,
      tableName: tables.standings,
      announcer: new Announcer({ client, tableName: tables.standings, ...clock }),
      sleep,
    }),
    scanner: {
      scanLedger: async function* () {
        yield* pages;
      },
      scanStandingKeys: async function* () {
        yield [];
      },
    },
    observer: {
      progressed: () => undefined,
      differs: () => undefined,
      playerFailed: (_playerId, error) => {
        throw error;
      },
      ledgerHasHoles: (playerId) => {
        throw new Error(`The ledger of ${playerId} has no holes.`);
      },
    },
  });
  expect(isComplete).toBe(true);
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, DEFAULT_BOARDS),
  );
});
