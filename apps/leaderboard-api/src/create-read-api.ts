import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableIdentity } from '@leaderboard/function';
import type { ApiConfig } from './config.ts';
import { createApi, type ApiHandler } from './http/api.ts';
import { RequestObserver } from './http/request-observer.ts';
import { BoardRegistry } from './reads/board-registry.ts';
import { HistoryReader } from './reads/history-reader.ts';
import { LiveReader } from './reads/live-reader.ts';
import { RankIndex } from './reads/rank-index.ts';
import { RankedReads } from './reads/ranked-reads.ts';
import { ReadMeter } from './reads/read-meter.ts';
import { SnapshotReader } from './reads/snapshot-reader.ts';
import { StandingsNotesReader } from './reads/standings-notes.ts';
import { StandingsProbe, type StandingsQueues } from './reads/standings-probe.ts';
import { StandingsTable } from './reads/standings-table.ts';
import { createRoutes } from './routes/create-routes.ts';
import { LiveRoutes } from './routes/live-routes.ts';
import { StoredRoutes } from './routes/stored-routes.ts';

/** What the function uses of the outside world. */
export interface FunctionDependencies {
  readonly client: DynamoDBClient;
  readonly queues: StandingsQueues;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The document that `GET /openapi.json` returns. */
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

/** Composes the read API. */
export function createReadApi(config: ReadConfig, dependencies: FunctionDependencies): ApiHandler {
  const { client, queues, logger, metrics, openapi, now, random, sleep } = dependencies;
  const { standingsTableName, rankIndexName, ledgerTableName, snapshotsTableName } = config;
  const { boards: definitions } = config;
  const meter = new ReadMeter();
  const observer = new RequestObserver({ logger, metrics, takeReadUnits: () => meter.take(), now });
  const probe = new StandingsProbe({
    notes: new StandingsNotesReader({ client, standingsTableName, meter }),
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
      new RankIndex({ client, tableName: standingsTableName, indexName: rankIndexName, meter }),
      new StandingsTable({ client, tableName: standingsTableName, meter, random, sleep }),
    ),
    registry: new BoardRegistry({ client, standingsTableName, meter }),
    live: new LiveReader({ probe, now, onRead: observer.liveRead.bind(observer) }),
    now,
  });
  const stored = new StoredRoutes({
    definitions,
    snapshots: new SnapshotReader({ client, snapshotsTableName, meter }),
    history: new HistoryReader({ client, ledgerTableName, meter }),
    openapi,
    now,
  });
  return createApi({ routes: createRoutes(live, stored), observer, logger });
}
