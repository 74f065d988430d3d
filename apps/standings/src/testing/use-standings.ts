import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import { documentClient, type Attributes, type TableIds } from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
import { expectedStandings, scan, storedStandings, type TableNames } from './expected-standings.ts';
import { RequestLog } from './request-log.ts';
import { TestLedger } from './test-ledger.ts';
import {
  createProjector,
  DEFAULT_BOARDS,
  type TestProjector,
  type TestProjectorOptions,
} from './test-projector.ts';

/** The tables of one stack on a DynamoDB engine, with what writes to them. {@link reset} puts empty ones in their place. */
export class TestStandings {
  #engine: DynamoDbEngine | undefined;
  #stack: { tables: TableNames & { snapshots: string }; ledger: TestLedger } | undefined;
  #projector: TestProjector | undefined;
  #stacks = 0;

  async start(): Promise<void> {
    this.#engine = await startDynamoDbEngine();
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
  }

  async reset(): Promise<void> {
    this.#stacks += 1;
    const tables = await createTables(this.client, {
      ledger: `leaderboard-data-${this.#stacks}`,
      standings: `standings-${this.#stacks}`,
      snapshots: `leaderboard-snapshots-${this.#stacks}`,
    });
    this.#stack = { tables, ledger: new TestLedger(this.client, tables.ledger) };
    this.#projector = undefined;
  }

  get engine(): DynamoDbEngine {
    return started(this.#engine);
  }

  /** A client that no test watches. */
  get client(): DynamoDBClient {
    return this.engine.client;
  }

  get tables(): TableNames & { readonly snapshots: string } {
    return started(this.#stack).tables;
  }

  get ledger(): TestLedger {
    return started(this.#stack).ledger;
  }

  /** The projector of this test. */
  get projector(): TestProjector {
    return (this.#projector ??= this.createProjector());
  }

  set projector(projector: TestProjector) {
    this.#projector = projector;
  }

  /** One more process of the projector. */
  createProjector(options?: TestProjectorOptions): TestProjector {
    return createProjector(this.engine, this.tables, options);
  }

  /** One more client, and the log of its requests. */
  watch(): { client: DynamoDBClient; log: RequestLog } {
    const client = this.engine.createClient();
    return { client, log: new RequestLog(client) };
  }

  /** @param now ms since the epoch */
  completenessRecord(now: () => number = Date.now): CompletenessRecord {
    const client = documentClient(this.client);
    return new CompletenessRecord({ client, tableName: this.tables.standings, now });
  }

  tableIds(): Promise<TableIds> {
    return readTableIds(this.client, this.tables);
  }

  /** Every item of a table. */
  items(table: keyof TestStandings['tables'] = 'standings'): Promise<Attributes[]> {
    return scan(this.client, this.tables[table]);
  }

  /** What the table holds of players, in the form of {@link expectFoldOfLedger}. */
  stored(): Promise<string[]> {
    return storedStandings(this.client, this.tables);
  }

  /** What the table must hold of players. */
  expected(definitions: readonly BoardDefinition[] = DEFAULT_BOARDS): Promise<string[]> {
    return expectedStandings(this.client, this.tables, definitions);
  }

  /** The standings are the fold of the whole ledger, byte for byte. */
  async expectFoldOfLedger(definitions?: readonly BoardDefinition[]): Promise<void> {
    expect(await this.stored()).toEqual(await this.expected(definitions));
  }
}

/** An engine for the tests of a file, and empty tables for each of them. */
export function useStandings(): TestStandings {
  const standings = new TestStandings();
  beforeAll(() => standings.start());
  afterAll(() => standings.stop());
  beforeEach(() => standings.reset());
  return standings;
}

function started<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The engine is started before the tests of a file.');
  return value;
}
