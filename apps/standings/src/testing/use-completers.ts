import { beforeEach } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { uniqueId } from '@leaderboard/function';
import type { BoardDefinition } from '@leaderboard/ranking';
import { documentClient } from '@leaderboard/tables';
import { BoardSets } from '../storage/board-sets.ts';
import { Completer } from '../projector/completer.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
import { FoldedBoards } from '../storage/folded-boards.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { StandingsStore } from '../storage/standings-store.ts';
import { START_MS } from './test-ledger.ts';
import { DEFAULT_BOARDS } from './test-projector.ts';
import { useStandings, type TestStandings } from './use-standings.ts';

export interface TestCompleterOptions {
  readonly definitions?: readonly BoardDefinition[];
  readonly ledger?: LedgerReader;
  readonly client?: DynamoDBClient;
}

/** Projectors that look after the completeness record, on the tables of one test. */
export class TestCompleters {
  readonly standings: TestStandings;
  /** Their clock, in ms. */
  clock = 0;
  /** What they reported, by all of them. */
  obstacles: string[] = [];
  failures: unknown[] = [];

  constructor(standings: TestStandings) {
    this.standings = standings;
  }

  reset(): void {
    this.clock = START_MS + 60_000;
    this.obstacles = [];
    this.failures = [];
  }

  get record(): CompletenessRecord {
    return this.standings.completenessRecord(() => this.clock);
  }

  /** Hashes of the definitions whose boards are complete. */
  async complete(): Promise<readonly string[] | undefined> {
    return (await this.record.read())?.complete;
  }

  /** A process of the projector that has recorded its definitions. */
  async start(options: TestCompleterOptions = {}): Promise<Completer> {
    const { definitions = DEFAULT_BOARDS, client: dynamoDb = this.standings.client } = options;
    const { tables } = this.standings;
    const client = documentClient(dynamoDb);
    const clock = { now: () => this.clock, random: () => 0, sleep: () => Promise.resolve() };
    const tableName = tables.standings;
    const record = new CompletenessRecord({ ...clock, client, tableName });
    const deployed = { default_board: '', boards: definitions };
    const sets = new BoardSets({ client, tableName, deployed });
    const foldedBoards = new FoldedBoards({ ...clock, record, sets });
    const completer = new Completer({
      ...clock,
      record,
      tableIds: (signal) => readTableIds(dynamoDb, tables, signal),
      boards: () => foldedBoards.catalog(),
      ledger: options.ledger ?? new LedgerReader({ client, tableName: tables.ledger }),
      store: new StandingsStore({
        ...clock,
        client,
        tableName,
        ranksTableName: tables.ranks,
        uniqueId,
        changes: new ChangeRecorder({ ...clock, client, tableName, uniqueId }),
        onLogged: () => Promise.resolve(),
      }),
      observer: {
        standingsIncomplete: (reason) => this.obstacles.push(reason),
        completenessFailed: (error) => this.failures.push(error),
      },
    });
    await foldedBoards.catalog();
    return completer;
  }
}

/** {@link useStandings} for tests of the completer. */
export function useCompleters(): TestCompleters {
  const completers = new TestCompleters(useStandings());
  beforeEach(() => {
    completers.reset();
  });
  return completers;
}

/** An attempt that has all the time it needs. */
export function attempt(completer: Completer): Promise<void> {
  return completer.tryToComplete(new AbortController().signal);
}
