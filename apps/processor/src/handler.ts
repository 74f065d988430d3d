import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  clientSettings,
  createTelemetry,
  SqsDeadLetterQueue,
  SYSTEM_RUNTIME,
} from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readConfig } from './config.ts';
import { LedgerStore } from './ledger-store.ts';
import { createQueueHandler } from './queue-handler.ts';

const config = readConfig(process.env);

/** One attempt: the processor retries, because it knows the time left and what a lost response means. */
const dynamodb = new DynamoDBClient(clientSettings({ maxAttempts: 1 }));
const sqs = new SQSClient(clientSettings({ maxAttempts: 2 }));

export const handler = createQueueHandler({
  ...createTelemetry(config),
  ...SYSTEM_RUNTIME,
  store: new LedgerStore({
    client: documentClient(dynamodb),
    ledgerTableName: config.ledgerTableName,
    processedEventsTableName: config.processedEventsTableName,
    markerTtlSeconds: config.markerTtlSeconds,
  }),
  deadLetters: new SqsDeadLetterQueue({ client: sqs, queueUrl: config.deadLetterQueueUrl }),
  occurredAtLimits: config.occurredAtLimits,
  boards: config.boards,
  maxReceiveCount: config.maxReceiveCount,
});
