import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, createTelemetry, SYSTEM_RUNTIME } from '@leaderboard/function';
import { BoardRanks } from '@leaderboard/ranks';
import { documentClient } from '@leaderboard/tables';
import { readSnapshotterConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardReader } from '../storage/board-reader.ts';
import { BoardSets } from '../storage/board-sets.ts';
import { CompletenessRecord } from '../storage/completeness-record.ts';
import { openRanks } from '../storage/open-ranks.ts';
import { createScheduleHandler } from './schedule-handler.ts';
import { SnapshotStore } from './snapshot-store.ts';

const config = readSnapshotterConfig(process.env);
const client = documentClient(
  new DynamoDBClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS })),
);

const standings = { client, tableName: config.standingsTableName, now: SYSTEM_RUNTIME.now };
const record = new CompletenessRecord(standings);
const sets = new BoardSets({ ...standings, deployed: config.boards });

export const handler = createScheduleHandler({
  ...createTelemetry(config),
  now: SYSTEM_RUNTIME.now,
  catalog: async () => new BoardCatalog((await sets.current(record)).served.boards),
  boards: new BoardReader(standings),
  ranks: new BoardRanks(openRanks(client, config, REQUEST_ATTEMPTS)),
  snapshots: new SnapshotStore({
    client,
    tableName: config.snapshotsTableName,
    ttlSeconds: config.snapshotTtlSeconds,
  }),
  snapshotSize: config.snapshotSize,
});
