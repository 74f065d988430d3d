import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tableIdentity, type Runtime, type Telemetry } from '@leaderboard/function';
import { BoardRanks, RanksTable, RunReader, type RunStore } from '@leaderboard/ranks';
import { documentClient } from '@leaderboard/tables';
import type { ApiConfig } from './config.ts';
import { createApi, type ApiHandler } from './http/api.ts';
import { RequestObserver } from './http/request-observer.ts';
import { BoardCuts } from './reads/board-cuts.ts';
import { HistoryReader } from './reads/history-reader.ts';
import { LiveReader } from './reads/live-reader.ts';
import { PlayerReader } from './reads/player-reader.ts';
import { RankedReads } from './reads/ranked-reads.ts';
import { SnapshotReader } from './reads/snapshot-reader.ts';
import { StandingsProbe, type StandingsQueues } from './reads/standings-probe.ts';
import { StandingsTable } from './reads/standings-table.ts';
import { TableClient } from './reads/table-client.ts';
import { ExplainRoute } from './routes/explain-route.ts';
import { LiveRoutes } from './routes/live-routes.ts';
import { routeHandlers } from './routes/route-handlers.ts';
import { ServedRoutes } from './routes/served-routes.ts';
import { StoredRoutes } from './routes/stored-routes.ts';

/**
 * What an instance keeps of runs in memory, in bytes of text: the index of a board of ten million players takes 2 MB, a segment
 * 32 KB.
 */
const RUN_CACHE_BYTES = 24 * 1_024 * 1_024;

/** What the function uses of the outside world. */
export interface Dependencies extends Runtime, Telemetry {
  readonly client: DynamoDBClient;
  readonly queues: StandingsQueues;
  readonly runs: RunStore;
  /** See `RunReader`. */
  readonly wholeBytes?: number;
  /** The document that `GET /openapi.json` returns. */
  readonly openapi: unknown;
}

/** The part of the configuration that says what is read. */
export type ReadConfig = Pick<
  ApiConfig,
  'standingsTableName' | 'ranksTableName' | 'ledgerTableName' | 'snapshotsTableName' | 'boards'
>;

/** Composes the read API. */
export function createReadApi(config: ReadConfig, dependencies: Dependencies): ApiHandler {
  const { client, queues, runs, wholeBytes, logger, metrics, openapi, now, random, sleep } =
    dependencies;
  const { standingsTableName, ranksTableName, ledgerTableName, snapshotsTableName } = config;
  const tables = new TableClient({ client: documentClient(client), random, sleep });
  const observer = new RequestObserver({
    logger,
    metrics,
    takeReadUnits: () => tables.takeUnits(),
    now,
  });
  const table = new StandingsTable(tables, standingsTableName);
  const probe = new StandingsProbe({
    table,
    queues,
    tableIds: async () => {
      const [ledger, standings, ranks] = await Promise.all([
        tableIdentity(client, ledgerTableName),
        tableIdentity(client, standingsTableName),
        tableIdentity(client, ranksTableName),
      ]);
      return { ledger, standings, ranks };
    },
    now,
    onUnreadable: observer.freshnessUnreadable.bind(observer),
  });
  const players = new PlayerReader(tables, standingsTableName);
  const ranks = new RanksTable({
    client: documentClient(client),
    tableName: ranksTableName,
    onConsumed: (units) => {
      tables.addUnits(units);
    },
  });
  const reads = new RankedReads({
    ranks: new BoardRanks({
      table: ranks,
      runs: new RunReader({
        store: runs,
        cacheBytes: RUN_CACHE_BYTES,
        ...(wholeBytes !== undefined && { wholeBytes }),
      }),
    }),
    cuts: new BoardCuts(ranks, now),
    players,
  });
  const snapshots = new SnapshotReader(tables, snapshotsTableName);
  const history = new HistoryReader(tables, ledgerTableName);
  const onRead = observer.liveRead.bind(observer);
  const served = new ServedRoutes({
    deployed: config.boards,
    table,
    handlersOf: (definitions, serving) => {
      const live = new LiveReader({ serving, probe, now, onRead });
      return routeHandlers(
        new LiveRoutes({ definitions, reads, players, table, sleep, live, now }),
        new StoredRoutes({ definitions, snapshots, history, openapi, now }),
        new ExplainRoute({ definitions, history, players, now }),
      );
    },
    now,
  });
  return createApi({ routes: served.routes(), observer, logger });
}
