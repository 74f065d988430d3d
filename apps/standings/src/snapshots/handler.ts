import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { documentClient } from '@leaderboard/tables';
import { readSnapshotterConfig } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { REQUEST_SETTINGS } from '../request-settings.ts';
import { BoardReader } from './board-reader.ts';
import { createScheduleHandler } from './schedule-handler.ts';
import { SnapshotStore } from './snapshot-store.ts';

const config = readSnapshotterConfig(process.env);
const client = documentClient(new DynamoDBClient(REQUEST_SETTINGS));

export const handler = createScheduleHandler({
  catalog: new BoardCatalog(config.boards.boards),
  boards: new BoardReader({
    client,
    tableName: config.standingsTableName,
    random: Math.random,
    sleep: async (ms) => {
      await delay(ms);
    },
  }),
  snapshots: new SnapshotStore({
    client,
    tableName: config.snapshotsTableName,
    ttlSeconds: config.snapshotTtlSeconds,
  }),
  snapshotSize: config.snapshotSize,
  now: Date.now,
  logger: new Logger({ serviceName: config.serviceName }),
  metrics: new Metrics({ serviceName: config.serviceName, namespace: config.metricsNamespace }),
});
