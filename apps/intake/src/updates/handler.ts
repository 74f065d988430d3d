import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, createTelemetry } from '@leaderboard/function';
import { createProducer } from '@leaderboard/producer-sdk';
import { documentClient } from '@leaderboard/tables';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { HttpRequest } from '../http/http-request.ts';
import { IntakeTelemetry } from '../telemetry.ts';
import { acceptUpdates } from './accept-updates.ts';
import { readUpdatesConfig } from './config.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';

const config = readUpdatesConfig(process.env);
const telemetry = new IntakeTelemetry(createTelemetry(config));
const idempotencyKeys = new IdempotencyKeys(
  documentClient(new DynamoDBClient(clientSettings({ maxAttempts: 3 }))),
  config.idempotencyTableName,
  config.idempotencyTtlSeconds,
);
const producer = createProducer({
  // One attempt per request: the producer retries single updates and knows what it has tried.
  client: new SQSClient(clientSettings({ maxAttempts: 1 })),
  queueUrl: config.queueUrl,
  // A request brings all its updates in one call; there are no others to wait for.
  lingerMs: 0,
  requestTimeoutMs: 3_000,
  // With the last request, and the idempotency key before it, the response leaves within the gateway's 29 s.
  sendTimeoutMs: 12_000,
  occurredAtLimits: config.occurredAtLimits,
});

export const handler: APIGatewayProxyHandler = (event, context) =>
  telemetry.during(context, () =>
    acceptUpdates(new HttpRequest(event), { producer, idempotencyKeys, now: Date.now, telemetry }),
  );
