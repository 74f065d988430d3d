import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { uniqueId } from '@leaderboard/function';
import type { BoardDefinition, BoardDefinitions } from '@leaderboard/ranking';
import { documentClient } from '@leaderboard/tables';
import { afterEach, beforeEach } from '@jest/globals';
import type { BoardPlan } from '../boards/board-plan.ts';
import { Boards, type ApplyOptions } from '../boards/boards-command.ts';
import type { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardSets } from '../storage/board-sets.ts';
import type { CompletenessRecord } from '../storage/completeness-record.ts';
import { FoldedBoards } from '../storage/folded-boards.ts';
import { DEFAULT_BOARDS, type TestProjector } from './test-projector.ts';
import { START_MS } from './test-ledger.ts';
import { runTestRebuild, type TestRebuildResult } from './use-rebuild.ts';
import { useStandings, type TestStandings } from './use-standings.ts';

/** What the commands print, and what they are given instead of the outside world. */
export interface TestBoardsOptions {
  readonly client?: DynamoDBClient;
  readonly stop?: AbortController;
  /** Runs while a command waits. */
  readonly onWait?: () => Promise<void>;
  readonly deployed?: readonly BoardDefinition[];
}

/** The commands that change boards, and projectors that follow them, on the tables of one test and with one clock. */
export class TestBoards {
  readonly standings: TestStandings;
  /** ms since the epoch. */
  clock = 0;
  readonly out: string[] = [];
  #folder = '';

  constructor(standings: TestStandings) {
    this.standings = standings;
  }

  async reset(): Promise<void> {
    this.clock = START_MS + 60_000;
    this.out.length = 0;
    this.#folder = await mkdtemp(path.join(tmpdir(), 'boards-'));
  }

  async clean(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  get record(): CompletenessRecord {
    return this.standings.completenessRecord(() => this.clock);
  }

  /** A file of this test. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  commands({ client, stop, onWait, deployed = DEFAULT_BOARDS }: TestBoardsOptions = {}): Boards {
    const { tables } = this.standings;
    return new Boards({
      dynamoDb: client ?? this.standings.client,
      tables: {
        ...tables,
        runs: undefined,
        deployed: { default_board: 'GLOBAL', boards: deployed },
        local: undefined,
      },
      runs: this.standings.runs,
      json: false,
      signal: (stop ?? new AbortController()).signal,
      now: () => this.clock,
      random: () => 0,
      sleep: async (ms) => {
        this.clock += ms;
        await onWait?.();
      },
      uniqueId,
      stdout: { write: (text) => this.out.push(text) },
      stderr: { isTTY: false, write: () => true } as never,
    });
  }

  plan(boards: readonly BoardDefinition[], options?: TestBoardsOptions): Promise<BoardPlan> {
    const definitions: BoardDefinitions = { default_board: boards[0]?.id ?? '', boards };
    return this.commands(options).plan({ definitions, players: 100 });
  }

  apply(
    plan: BoardPlan,
    options?: TestBoardsOptions,
    changes: Partial<ApplyOptions> = {},
  ): Promise<number> {
    return this.commands(options).apply({
      plan,
      isConfirmed: true,
      segments: 2,
      resume: this.file(`${plan.id}.progress`),
      ...changes,
    });
  }

  /** Runs `standings:rebuild`. */
  rebuild(): Promise<TestRebuildResult> {
    return runTestRebuild(this.standings, { now: () => this.clock });
  }

  /** A process of the projector, which reads the boards as a function does. */
  projector(deployed: readonly BoardDefinition[] = DEFAULT_BOARDS): TestProjector {
    const client = documentClient(this.standings.client);
    const tableName = this.standings.tables.standings;
    const folded = new FoldedBoards({
      record: this.record,
      sets: new BoardSets({
        client,
        tableName,
        deployed: { default_board: 'GLOBAL', boards: deployed },
      }),
      now: () => this.clock,
    });
    return this.standings.createProjector({
      boards: (): Promise<BoardCatalog> => folded.catalog(),
    });
  }
}

/** {@link useStandings} for tests of the commands that change boards. */
export function useBoards(): TestBoards {
  const boards = new TestBoards(useStandings());
  beforeEach(() => boards.reset());
  afterEach(() => boards.clean());
  return boards;
}
