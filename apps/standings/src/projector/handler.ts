import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Announcer } from '../announcer.ts';
import { BoardCatalog } from '../board-catalog.ts';
import { readProjectorConfig } from '../config.ts';
import { DynamoDbStandingsStore } from '../dynamodb-standings-store.ts';
import { DynamoDbLedgerReader } from '../ledger-reader.ts';
import { REQUEST_SETTINGS } from '../request-settings.ts';
import { ProgressRecorder } from './progress-recorder.ts';
import { createQueueHandler } from './queue-handler.ts';

const config = readProjectorConfig(process.env);
const client = new DynamoDBClient(REQUEST_SETTINGS);
const tableName = config.standingsTableName;
const clock = { now: Date.now, random: Math.random };
const sleep = async (ms: number) => {
  await delay(ms);
};

export const handler = createQueueHandler({
  ...clock,
  sleep,
  catalog: new BoardCatalog(config.boards.boards),
  store: new DynamoDbStandingsStore({
    client,
    tableName,
    sleep,
    announcer: new Announcer({ client, tableName, ...clock }),
  }),
  ledger: new DynamoDbLedgerReader({ client, tableName: config.ledgerTableName }),
  progress: new ProgressRecorder({ client, tableName, ...clock }),
  logger: new Logger({ serviceName: config.serviceName }),
  metrics: new Metrics({ serviceName: config.serviceName, namespace: config.metricsNamespace }),
});
