import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsDeadLetterQueue } from '@leaderboard/function';
import { Announcer } from '../fold/announcer.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { CompletenessRecord, readTableIds } from '../fold/completeness-record.ts';
import { readProjectorConfig } from '../config.ts';
import { DynamoDbStandingsStore } from '../fold/dynamodb-standings-store.ts';
import { DynamoDbLedgerReader } from '../fold/ledger-reader.ts';
import { REQUEST_SETTINGS } from '../request-settings.ts';
import { Completer } from './completer.ts';
import { DynamoDbLedgerPage } from './ledger-page.ts';
import { SqsMessageVisibility } from './message-visibility.ts';
import { ProgressRecorder } from './progress-recorder.ts';
import { createQueueHandler } from './queue-handler.ts';
import { RetryNotes } from './retry-notes.ts';

const config = readProjectorConfig(process.env);
const client = new DynamoDBClient(REQUEST_SETTINGS);
/** Fewer attempts: what both requests do is done by the queue itself later. */
const sqs = new SQSClient({ ...REQUEST_SETTINGS, maxAttempts: 2 });
const tableName = config.standingsTableName;
const clock = { now: Date.now, random: Math.random };
const sleep = async (ms: number) => {
  await delay(ms);
};

const folding = {
  catalog: new BoardCatalog(config.boards.boards),
  store: new DynamoDbStandingsStore({
    client,
    tableName,
    sleep,
    announcer: new Announcer({ client, tableName, ...clock }),
  }),
  ledger: new DynamoDbLedgerReader({ client, tableName: config.ledgerTableName }),
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
      ledgerPage: new DynamoDbLedgerPage({ client, tableName: config.ledgerTableName }),
      tableIds: (signal) =>
        readTableIds(client, { ledger: config.ledgerTableName, standings: tableName }, signal),
    }),
  logger: new Logger({ serviceName: config.serviceName }),
  metrics: new Metrics({ serviceName: config.serviceName, namespace: config.metricsNamespace }),
});
