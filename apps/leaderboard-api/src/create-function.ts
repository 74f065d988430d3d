import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableIdentity } from '@leaderboard/function';
import { createApi, type ApiHandler } from './http/router.ts';
import { ApiObserver } from './http/request-observer.ts';
import { BoardsRegistry } from './reads/boards-registry.ts';
import type { ApiConfig } from './config.ts';
import { DynamoDbRankIndex } from './reads/dynamodb-rank-index.ts';
import { DynamoDbStandingsTable } from './reads/dynamodb-standings-table.ts';
import { LiveReader } from './reads/freshness.ts';
import { HistoryStore } from './reads/history-store.ts';
import { LiveRoutes } from './routes/live-routes.ts';
import { RankedReads } from './reads/ranked-reads.ts';
import { ReadMeter } from './reads/read-meter.ts';
import { SnapshotStore } from './reads/snapshot-store.ts';
import { StandingsProbe, type StandingsQueues } from './reads/standings-probe.ts';
import { StoredRoutes } from './routes/stored-routes.ts';

/** What the function has of the world outside. */
export interface FunctionDependencies {
  readonly client: DynamoDBClient;
  readonly queues: StandingsQueues;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The document that `GET /openapi.json` gives. */
  readonly openapi: unknown;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The part of the configuration that says what is read. */
export type ReadConfig = Pick<
  ApiConfig,
  'standingsTableName' | 'rankIndexName' | 'ledgerTableName' | 'snapshotsTableName' | 'boards'
>;

/** Puts the read API together. */
export function createFunction(config: ReadConfig, dependencies: FunctionDependencies): ApiHandler {
  const { client, queues, logger, metrics, openapi, now, random, sleep } = dependencies;
  const { standingsTableName, ledgerTableName, snapshotsTableName, boards: definitions } = config;
  const meter = new ReadMeter();
  const observer = new ApiObserver({ logger, metrics, meter, now });
  const registry = new BoardsRegistry({ client, standingsTableName, meter });
  const probe = new StandingsProbe({
    notes: registry,
    queues,
    tableIds: async () => {
      const [ledger, standings] = await Promise.all([
        tableIdentity(client, ledgerTableName),
        tableIdentity(client, standingsTableName),
      ]);
      return { ledger, standings };
    },
    now,
    onUnreadable: observer.freshnessUnreadable.bind(observer),
  });
  const live = new LiveRoutes({
    definitions,
    reads: new RankedReads(
      new DynamoDbRankIndex({
        client,
        tableName: standingsTableName,
        indexName: config.rankIndexName,
        meter,
      }),
      new DynamoDbStandingsTable({ client, tableName: standingsTableName, meter, random, sleep }),
    ),
    registry,
    live: new LiveReader({ probe, now, onRead: observer.liveRead.bind(observer) }),
    now,
  });
  const stored = new StoredRoutes({
    definitions,
    snapshots: new SnapshotStore({ client, snapshotsTableName, meter }),
    history: new HistoryStore({ client, ledgerTableName, meter }),
    openapi,
    now,
  });
  return createApi({
    handlers: {
      latestSnapshot: (request) => stored.latestSnapshot(request),
      boards: () => live.boards(),
      page: (request) => live.page(request),
      friends: (request) => live.friends(request),
      player: (request) => live.player(request),
      around: (request) => live.around(request),
      snapshots: (request) => stored.snapshots(request),
      snapshot: (request) => stored.snapshot(request),
      history: (request) => stored.history(request),
      openapi: (request) => stored.openapi(request),
    },
    observer,
    logger,
  });
}
