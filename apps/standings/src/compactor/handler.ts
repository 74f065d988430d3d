import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, createTelemetry, SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readCompactorConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardReader } from '../storage/board-reader.ts';
import { openRanks } from '../storage/open-ranks.ts';
import { createCompactorHandler } from './compactor-handler.ts';

const config = readCompactorConfig(process.env);
const client = documentClient(
  new DynamoDBClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS })),
);
const { table, runs, store } = openRanks(client, config, REQUEST_ATTEMPTS);

export const handler = createCompactorHandler({
  ...createTelemetry(config),
  ...SYSTEM_RUNTIME,
  uniqueId,
  client,
  tableName: config.ranksTableName,
  ranks: table,
  runs,
  store,
  catalog: new BoardCatalog(config.boards.boards),
  boards: new BoardReader({ client, tableName: config.standingsTableName }),
});
