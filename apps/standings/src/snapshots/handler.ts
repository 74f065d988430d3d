import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, createTelemetry, SYSTEM_RUNTIME } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readSnapshotterConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardReader } from './board-reader.ts';
import { createScheduleHandler } from './schedule-handler.ts';
import { SnapshotStore } from './snapshot-store.ts';

const config = readSnapshotterConfig(process.env);
const client = documentClient(
  new DynamoDBClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS })),
);

export const handler = createScheduleHandler({
  ...createTelemetry(config),
  now: SYSTEM_RUNTIME.now,
  catalog: new BoardCatalog(config.boards.boards),
  boards: new BoardReader({ ...SYSTEM_RUNTIME, client, tableName: config.standingsTableName }),
  snapshots: new SnapshotStore({
    client,
    tableName: config.snapshotsTableName,
    ttlSeconds: config.snapshotTtlSeconds,
  }),
  snapshotSize: config.snapshotSize,
});
