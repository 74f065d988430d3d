import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import openapi from '../openapi.json' with { type: 'json' };
import { readConfig } from './config.ts';
import { createReadApi } from './create-read-api.ts';
import { SqsQueue } from './reads/sqs-queue.ts';

/** A request without a response in this time is retried: reads are idempotent. */
const REQUEST_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

const config = readConfig(process.env);

/**
 * One attempt, because SQS only tells lag and exactness, and a second attempt would delay the response. The timeout is
 * that of DynamoDB: a late response is better than one marked inexact because SQS was slow.
 */
const sqs = new SQSClient({ ...REQUEST_SETTINGS, maxAttempts: 1 });

export const handler = createReadApi(config, {
  client: new DynamoDBClient(REQUEST_SETTINGS),
  queues: {
    updates: new SqsQueue(sqs, config.standingsQueueUrl),
    deadLetters: new SqsQueue(sqs, config.standingsDlqUrl),
    pipeDeadLetters: new SqsQueue(sqs, config.pipeDlqUrl),
  },
  logger: new Logger({ serviceName: config.serviceName }),
  metrics: new Metrics({ serviceName: config.serviceName, namespace: config.metricsNamespace }),
  openapi,
  now: Date.now,
  random: Math.random,
  sleep: async (ms) => {
    await delay(ms);
  },
});
