import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsDeadLetterQueue } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { readConfig } from './config.ts';
import { LedgerStore } from './ledger-store.ts';
import { createQueueHandler } from './queue-handler.ts';

/** A request without a response after this time fails, so that one lost response does not use up the invocation. */
const REQUEST_TIMEOUTS = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  throwOnRequestTimeout: true,
} as const;

const config = readConfig(process.env);

/** A subsegment per request to DynamoDB and SQS. It traces nothing outside Lambda. */
const tracer = new Tracer({ serviceName: config.serviceName, captureHTTPsRequests: false });

export const handler = createQueueHandler({
  store: new LedgerStore({
    // One attempt: the batch processor retries, because it knows the time left and what a lost response means.
    client: documentClient(
      tracer.captureAWSv3Client(
        new DynamoDBClient({ maxAttempts: 1, requestHandler: REQUEST_TIMEOUTS }),
      ),
    ),
    ledgerTableName: config.ledgerTableName,
    processedEventsTableName: config.processedEventsTableName,
    markerTtlSeconds: config.markerTtlSeconds,
  }),
  deadLetters: new SqsDeadLetterQueue({
    client: tracer.captureAWSv3Client(
      new SQSClient({ maxAttempts: 2, requestHandler: REQUEST_TIMEOUTS }),
    ),
    queueUrl: config.deadLetterQueueUrl,
  }),
  logger: new Logger({ serviceName: config.serviceName }),
  metrics: new Metrics({ serviceName: config.serviceName, namespace: config.metricsNamespace }),
  occurredAtLimits: config.occurredAtLimits,
  boards: config.boards,
  maxReceiveCount: config.maxReceiveCount,
  now: Date.now,
  random: Math.random,
  sleep: async (ms) => {
    await sleep(ms);
  },
});
