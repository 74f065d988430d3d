import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, createTelemetry, SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readCompactorConfig, REQUEST_ATTEMPTS } from '../config.ts';
import { BoardReader } from '../storage/board-reader.ts';
import { BoardSets } from '../storage/board-sets.ts';
import { CompletenessRecord } from '../storage/completeness-record.ts';
import { openRanks } from '../storage/open-ranks.ts';
import { createCompactorHandler } from './compactor-handler.ts';

const config = readCompactorConfig(process.env);
const client = documentClient(
  new DynamoDBClient(clientSettings({ maxAttempts: REQUEST_ATTEMPTS })),
);
const { table, runs, store } = openRanks(client, config, REQUEST_ATTEMPTS);

const standings = { client, tableName: config.standingsTableName, now: SYSTEM_RUNTIME.now };
const record = new CompletenessRecord(standings);
const sets = new BoardSets({ ...standings, deployed: config.boards });

export const handler = createCompactorHandler({
  ...createTelemetry(config),
  ...SYSTEM_RUNTIME,
  uniqueId,
  client,
  tableName: config.ranksTableName,
  ranks: table,
  runs,
  store,
  catalog: async () => (await sets.current(record)).folded,
  boards: new BoardReader(standings),
});
