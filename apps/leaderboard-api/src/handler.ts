import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { S3Client } from '@aws-sdk/client-s3';
import {
  clientSettings,
  createTelemetry,
  objectStorageSettings,
  SYSTEM_RUNTIME,
} from '@leaderboard/function';
import { S3RunStore } from '@leaderboard/ranks';
import openapi from '../openapi.json' with { type: 'json' };
import { readConfig } from './config.ts';
import { createReadApi } from './create-read-api.ts';
import { SqsQueue } from './reads/sqs-queue.ts';

const config = readConfig(process.env);

/**
 * One attempt, because SQS only tells lag and exactness, and a second attempt would delay the response. The timeout is
 * that of DynamoDB: a late response is better than one marked inexact because SQS was slow.
 */
const sqs = new SQSClient(clientSettings({ maxAttempts: 1 }));

export const handler = createReadApi(config, {
  ...createTelemetry(config),
  ...SYSTEM_RUNTIME,
  client: new DynamoDBClient(clientSettings({ maxAttempts: 3 })),
  queues: {
    updates: new SqsQueue(sqs, config.standingsQueueUrl),
    pipeDeadLetters: new SqsQueue(sqs, config.pipeDlqUrl),
  },
  runs: new S3RunStore({
    client: new S3Client({
      ...clientSettings({ maxAttempts: 3 }),
      ...objectStorageSettings(process.env),
    }),
    bucket: config.runsBucketName,
  }),
  openapi,
});
