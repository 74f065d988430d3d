import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import openapi from '../openapi.json' with { type: 'json' };
import { readConfig } from './config.ts';
import { createFunction } from './create-function.ts';
import { SqsQueue } from './reads/sqs-queue.ts';

/** A request without an answer after this time is repeated: reads can be. */
const REQUEST_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
};

const config = readConfig(process.env);

/**
 * Only lag and exactness are at stake: a second attempt would make the answer late. As long as DynamoDB gets: an answer that
 * comes late is better than one that is called inexact because SQS was slow.
 */
const sqs = new SQSClient({ ...REQUEST_SETTINGS, maxAttempts: 1 });

export const handler = createFunction(config, {
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
