import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { parseBoardDefinitions, type BoardDefinition } from '@leaderboard/ranking';
import { Announcer } from '../announcer.ts';
import { BoardCatalog } from '../board-catalog.ts';
import { DynamoDbStandingsStore } from '../dynamodb-standings-store.ts';
import { DynamoDbLedgerReader } from '../ledger-reader.ts';
import { ProgressRecorder } from '../projector/progress-recorder.ts';
import { projectBatch, type EventRecord } from '../projector/project-batch.ts';
import type { ProjectorObserver } from '../projector/projector-observer.ts';
import type { DynamoDbEngine, Tables } from './dynamodb-engine.ts';
import { RequestLog } from './request-log.ts';
import { START_MS } from './test-ledger.ts';

const boardsFile = createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json');

export const DEFAULT_BOARDS: readonly BoardDefinition[] = parseBoardDefinitions(
  JSON.parse(readFileSync(boardsFile, 'utf8')),
).boards;

/** Everything that the observer was told, by the name of the method. */
export type Observed = {
  [Event in keyof ProjectorObserver]: Parameters<ProjectorObserver[Event]>[];
};

/** One process of the projector, with a client of its own whose requests are watched. */
export interface TestProjector {
  readonly log: RequestLog;
  readonly client: DynamoDBClient;
  readonly observed: Observed;
  /** The projector's clock, in ms. */
  clock: number;
  /** @returns message ids that go back to the queue */
  handle(records: readonly EventRecord[]): Promise<string[]>;
}

export function createProjector(
  engine: DynamoDbEngine,
  tables: Tables,
  definitions: readonly BoardDefinition[] = DEFAULT_BOARDS,
): TestProjector {
  const client = engine.createClient();
  const observed: Observed = {
    projected: [],
    dropped: [],
    refolded: [],
    ledgerHasHoles: [],
    moved: [],
    playerFailed: [],
    invalidRecord: [],
    progressFailed: [],
  };
  const observer = Object.fromEntries(
    Object.entries(observed).map(([event, calls]) => [
      event,
      (...args: unknown[]) => (calls as unknown[][]).push(args),
    ]),
  ) as unknown as ProjectorObserver;
  const projector: TestProjector = {
    log: new RequestLog(client),
    client,
    observed,
    clock: START_MS + 60_000,
    handle: (records) => projectBatch(records, dependencies),
  };
  const now = () => projector.clock;
  const sleep = async (ms: number) => {
    await delay(ms);
  };
  const tableName = tables.standings;
  const dependencies = {
    catalog: new BoardCatalog(definitions),
    store: new DynamoDbStandingsStore({
      client,
      tableName,
      sleep,
      announcer: new Announcer({ client, tableName, now }),
    }),
    ledger: new DynamoDbLedgerReader({ client, tableName: tables.ledger }),
    progress: new ProgressRecorder({ client, tableName, now, random: () => 0 }),
    observer,
    now,
    random: Math.random,
    sleep,
  };
  return projector;
}
