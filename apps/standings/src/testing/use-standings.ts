import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import {
  boardDefinitionHash,
  instantMs,
  rankStandings,
  type BoardDefinition,
} from '@leaderboard/ranking';
import { BoardRanks, RanksTable, RunReader } from '@leaderboard/ranks';
import { MemoryRunStore } from '@leaderboard/ranks/testing';
import {
  documentClient,
  fromAttributes,
  playerKey,
  standingKey,
  standingsIn,
  TABLES,
  toPlayer,
  toPlayerItem,
  type Attributes,
  type StandingRow,
  type TableIds,
} from '@leaderboard/tables';
import { createTable, createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { BoardCompactor } from '../compactor/compact-board.ts';
import { readTop } from '../snapshots/read-top.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
import { StandingsStore, type StandingsStoreOptions } from '../storage/standings-store.ts';
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
  #stack:
    | {
        tables: TableNames & { processedEvents: string; snapshots: string };
        ledger: TestLedger;
        runs: MemoryRunStore;
      }
    | undefined;
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
      processedEvents: `processed-events-${this.#stacks}`,
      standings: `standings-${this.#stacks}`,
      ranks: `leaderboard-ranks-${this.#stacks}`,
      snapshots: `leaderboard-snapshots-${this.#stacks}`,
    });
    this.#stack = {
      tables,
      ledger: new TestLedger(this.client, tables.ledger),
      runs: new MemoryRunStore(),
    };
    this.#projector = undefined;
  }

  get engine(): DynamoDbEngine {
    return started(this.#engine);
  }

  /** A client that no test watches. */
  get client(): DynamoDBClient {
    return this.engine.client;
  }

  get tables(): TableNames & { readonly processedEvents: string; readonly snapshots: string } {
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

  /** The runs of this test. */
  get runs(): MemoryRunStore {
    return started(this.#stack).runs;
  }

  /** What reads the ranks of boards. */
  ranks(client = documentClient(this.client)): BoardRanks {
    return new BoardRanks(this.#openRanks(client));
  }

  /** Puts an empty table in the place of one. */
  async replace(table: 'standings' | 'ranks'): Promise<void> {
    const TableName = this.tables[table];
    await this.client.send(new DeleteTableCommand({ TableName }));
    await createTable(this.client, TABLES[table], TableName);
  }

  /** A store of the standings with the default boards. */
  store(options: Partial<StandingsStoreOptions> = {}): StandingsStore {
    const table = {
      ...SYSTEM_RUNTIME,
      uniqueId,
      client: documentClient(this.client),
      tableName: this.tables.standings,
      ...options,
    };
    return new StandingsStore({
      ranksTableName: this.tables.ranks,
      changes: new ChangeRecorder(table),
      onLogged: () => Promise.resolve(),
      ...table,
    });
  }

  /** Changes the present standings of a player, and nothing else. */
  async damage(
    playerId: string,
    change: (standings: Map<string, StandingRow>) => unknown,
  ): Promise<void> {
    const client = documentClient(this.client);
    const TableName = this.tables.standings;
    const { Item } = await client.send(new GetCommand({ TableName, Key: playerKey(playerId) }));
    if (Item === undefined) throw new Error(`Player ${playerId} has no item.`);
    const player = toPlayer(Item);
    const rows = new Map([...player.standings.values()].map((row) => [row.board_window, row]));
    change(rows);
    const standings = new Map([...rows.values()].map((row) => [standingKey(row), row]));
    const damaged = toPlayerItem(playerId, { ...player, standings });
    await client.send(new PutCommand({ TableName, Item: damaged }));
  }

  /** Merges the log of each board that has one. @returns log items absorbed */
  async compact(): Promise<number> {
    const client = documentClient(this.client);
    const { table, runs } = this.#openRanks(client);
    const compactor = new BoardCompactor({
      ...SYSTEM_RUNTIME,
      uniqueId,
      client,
      tableName: this.tables.ranks,
      ranks: table,
      runs,
      store: this.runs,
    });
    const items = await this.items('ranks');
    const logged = items.filter((item) => item['entry']?.S?.startsWith('log'));
    let absorbed = 0;
    for (const partition of new Set(logged.map((item) => item['board']?.S ?? ''))) {
      const { found, left } = await compactor.compact(partition);
      absorbed += found - left;
    }
    return absorbed;
  }

  #openRanks(client: DynamoDBDocumentClient) {
    return {
      table: new RanksTable({ client, tableName: this.tables.ranks }),
      runs: new RunReader({ store: this.runs, cacheBytes: 1_000_000 }),
    };
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

  /** The standings are the fold of the whole ledger, byte for byte, and the ranks are the standings, sorted. */
  async expectFoldOfLedger(definitions?: readonly BoardDefinition[]): Promise<void> {
    expect(await this.stored()).toEqual(await this.expected(definitions));
    await this.expectRanksOfStandings(definitions);
  }

  /** Every board window has the ranks that sorting its standings gives. */
  async expectRanksOfStandings(
    definitions: readonly BoardDefinition[] = DEFAULT_BOARDS,
  ): Promise<void> {
    const ofHash = new Map(definitions.map((each) => [boardDefinitionHash(each), each]));
    const rows = (await this.items()).flatMap((item) => standingsIn(fromAttributes(item)));
    for (const [key, ofWindow] of Map.groupBy(rows, standingKey)) {
      const [{ board_id: id, board_window: boardWindow, definition_hash }] = ofWindow as [
        StandingRow,
      ];
      const definition = ofHash.get(definition_hash);
      if (definition === undefined) continue;
      const board = { id, definition };
      const top = await readTop(this.ranks(), board, boardWindow, ofWindow.length + 1);
      const ranked = rankStandings(ofWindow, board.definition).map((row) => ({
        rank: row.rank,
        player_id: row.player_id,
        score: row.score,
        updates: row.updates,
        achieved_at: new Date(instantMs(row.achieved_at)).toISOString(),
      }));
      expect({ key, ...top }).toEqual({
        key,
        total: ofWindow.length,
        entries: ranked,
      });
    }
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
