import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SYSTEM_RUNTIME, uniqueId, type DeadLetter, type QueueRecord } from '@leaderboard/function';
import { parseBoardDefinitions, type BoardDefinition } from '@leaderboard/ranking';
import { documentClient } from '@leaderboard/tables';
import type { DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { BoardCatalog } from '../fold/board-catalog.ts';
import type { PlayerLedger } from '../fold/fold-ledger.ts';
import { ProgressRecorder } from '../projector/progress-recorder.ts';
import type { HiddenMessage } from '../projector/message-visibility.ts';
import { projectBatch } from '../projector/project-batch.ts';
import { RetryNotes } from '../projector/retry-notes.ts';
import type { ReturnedRecords } from '../projector/returned-records.ts';
import type { ProjectorObserver } from '../projector/projector-observer.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { Holes } from '../storage/holes.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import type { LogWrite } from '../storage/player-transactions.ts';
import { StandingsStore } from '../storage/standings-store.ts';
import type { TableNames } from './expected-standings.ts';
import { RequestLog } from './request-log.ts';
import { START_MS } from './test-ledger.ts';

const boardsFile = createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json');

/** The boards of `libs/ranking/boards.json`. */
export const DEFAULT_BOARDS: readonly BoardDefinition[] = parseBoardDefinitions(
  JSON.parse(readFileSync(boardsFile, 'utf8')),
).boards;

/** The arguments of every call of the observer, by the name of the method. */
export type Observed = {
  [Event in keyof ProjectorObserver]: Parameters<ProjectorObserver[Event]>[];
};

/** One process of the projector, with its own client, whose requests are watched. */
export interface TestProjector {
  readonly log: RequestLog;
  readonly observed: Observed;
  /** Letters that it sent to the dead-letter queue. */
  readonly letters: DeadLetter[];
  /** Messages that it had the queue hide. */
  readonly hidden: HiddenMessage[];
  /** What it wrote to the logs of boards. */
  readonly logged: LogWrite[];
  /** Makes SQS fail. */
  sqsFault: Error | undefined;
  /** The projector's clock, in ms. */
  clock: number;
  project(records: readonly QueueRecord[]): Promise<ReturnedRecords[]>;
  /** @returns ids of the messages that go back to the queue */
  handle(records: readonly QueueRecord[]): Promise<string[]>;
}

export interface TestProjectorOptions {
  readonly definitions?: readonly BoardDefinition[];
  /** Puts a double around the reader of the ledger. */
  readonly readLedger?: (reader: PlayerLedger) => PlayerLedger;
  /** A number in [0, 1), for its pauses. */
  readonly random?: () => number;
  /** The boards to fold under, instead of `definitions`. */
  readonly boards?: () => Promise<BoardCatalog>;
}

export function createProjector(
  engine: DynamoDbEngine,
  tables: TableNames,
  {
    definitions = DEFAULT_BOARDS,
    readLedger = (reader) => reader,
    random = Math.random,
    boards = () => Promise.resolve(new BoardCatalog(definitions)),
  }: TestProjectorOptions = {},
): TestProjector {
  const dynamoDb = engine.createClient();
  const client = documentClient(dynamoDb);
  const ledger = readLedger(new LedgerReader({ client, tableName: tables.ledger }));
  const observed: Observed = {
    projected: [],
    dropped: [],
    refolded: [],
    ledgerHasHoles: [],
    moved: [],
    playerFailed: [],
    deadLettered: [],
    deadLetterFailed: [],
    pauseFailed: [],
    progressFailed: [],
    retryNoteFailed: [],
    retryNoteLeft: [],
    holeFailed: [],
    holeLeft: [],
    standingsIncomplete: [],
    completenessFailed: [],
  };
  const observer = Object.fromEntries(
    Object.entries(observed).map(([event, calls]) => [
      event,
      (...args: unknown[]) => (calls as unknown[][]).push(args),
    ]),
  ) as unknown as ProjectorObserver;
  const projector: TestProjector = {
    log: new RequestLog(dynamoDb),
    observed,
    clock: START_MS + 60_000,
    letters: [],
    hidden: [],
    logged: [],
    sqsFault: undefined,
    project: (records) => projectBatch(records, dependencies),
    handle: async (records) => {
      const returned = await projector.project(records);
      return returned.flatMap((group) => group.records).map(({ messageId }) => messageId);
    },
  };
  const sqs = async (effect: () => void) => {
    if (projector.sqsFault) throw projector.sqsFault;
    effect();
  };
  const now = () => projector.clock;
  const { sleep } = SYSTEM_RUNTIME;
  const tableName = tables.standings;
  const dependencies = {
    boards,
    store: new StandingsStore({
      client,
      tableName,
      ranksTableName: tables.ranks,
      now,
      sleep,
      random,
      uniqueId,
      changes: new ChangeRecorder({ client, tableName, now, uniqueId }),
      onLogged: async (log) => {
        projector.logged.push(...log);
      },
    }),
    ledger,
    deadLetters: {
      send: (letters: readonly DeadLetter[]) =>
        sqs(() => projector.letters.push(...letters)).then(
          () => ({ accepted: letters.length }),
          (error: unknown) => ({ accepted: 0, error }),
        ),
    },
    visibility: {
      hide: (messages: readonly HiddenMessage[]) => sqs(() => projector.hidden.push(...messages)),
    },
    progress: new ProgressRecorder({ client, tableName, now, random: () => 0 }),
    retries: new RetryNotes({ client, tableName, now }),
    holes: new Holes({ client, tableName, now, uniqueId }),
    observer,
    now,
    random,
    sleep,
  };
  return projector;
}

/** The hashes of these definitions, as the completeness record holds them. */
export function hashesOf(definitions: readonly BoardDefinition[]): readonly string[] {
  return new BoardCatalog(definitions).hashList;
}
