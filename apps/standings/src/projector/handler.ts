import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsDeadLetterQueue } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readProjectorConfig } from '../config.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { REQUEST_SETTINGS } from '../request-settings.ts';
import { ChangeRecorder } from '../storage/change-recorder.ts';
import { CompletenessRecord, readTableIds } from '../storage/completeness-record.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { StandingsStore } from '../storage/standings-store.ts';
import { Completer } from './completer.ts';
import { SqsMessageVisibility } from './message-visibility.ts';
import { ProgressRecorder } from './progress-recorder.ts';
import { createQueueHandler } from './queue-handler.ts';
import { RetryNotes } from './retry-notes.ts';

const config = readProjectorConfig(process.env);
const dynamoDb = new DynamoDBClient(REQUEST_SETTINGS);
const client = documentClient(dynamoDb);
/** Fewer attempts: without these requests the queue does the same later. */
const sqs = new SQSClient({ ...REQUEST_SETTINGS, maxAttempts: 2 });
const tableName = config.standingsTableName;
const clock = { now: Date.now, random: Math.random };
const sleep = async (ms: number) => {
  await delay(ms);
};

const folding = {
  catalog: new BoardCatalog(config.boards.boards),
  store: new StandingsStore({
    client,
    tableName,
    sleep,
    random: clock.random,
    changes: new ChangeRecorder({ client, tableName, ...clock }),
  }),
  ledger: new LedgerReader({ client, tableName: config.ledgerTableName }),
};

export const handler = createQueueHandler({
  ...clock,
  ...folding,
  sleep,
  progress: new ProgressRecorder({ client, tableName, ...clock }),
  deadLetters: new SqsDeadLetterQueue({ client: sqs, queueUrl: config.deadLetterQueueUrl }),
  visibility: new SqsMessageVisibility({ client: sqs, queueUrl: config.queueUrl }),
  retries: new RetryNotes({ client, tableName, ...clock }),
  completer: (observer) =>
    new Completer({
      ...clock,
      ...folding,
      sleep,
      observer,
      record: new CompletenessRecord({ client, tableName, ...clock }),
      tableIds: (signal) =>
        readTableIds(dynamoDb, { ledger: config.ledgerTableName, standings: tableName }, signal),
    }),
  logger: new Logger({ serviceName: config.serviceName }),
  metrics: new Metrics({ serviceName: config.serviceName, namespace: config.metricsNamespace }),
});
