import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, createTelemetry, SYSTEM_RUNTIME } from '@leaderboard/function';
import { BoardRanks } from '@leaderboard/ranks';
import { documentClient } from '@leaderboard/tables';
import { readSnapshotterConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardReader } from '../storage/board-reader.ts';
import { openRanks } from '../storage/open-ranks.ts';
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
  boards: new BoardReader({ client, tableName: config.standingsTableName }),
  ranks: new BoardRanks(openRanks(client, config, REQUEST_ATTEMPTS)),
  snapshots: new SnapshotStore({
    client,
    tableName: config.snapshotsTableName,
    ttlSeconds: config.snapshotTtlSeconds,
  }),
  snapshotSize: config.snapshotSize,
});
