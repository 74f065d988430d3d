import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createProducer } from '@leaderboard/producer-sdk';
import type { APIGatewayProxyHandler } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../aws-clients.ts';
import { HttpRequest } from '../http/http-request.ts';
import { PowertoolsTelemetry } from '../telemetry.ts';
import { acceptUpdates } from './accept-updates.ts';
import { readUpdatesConfig } from './config.ts';
import { DynamoDbIdempotencyKeys } from './dynamodb-idempotency-keys.ts';

const config = readUpdatesConfig(process.env);
const telemetry = new PowertoolsTelemetry(config);
const idempotencyKeys = new DynamoDbIdempotencyKeys(
  new DynamoDBClient(CLIENT_DEFAULTS),
  config.idempotencyTableName,
  config.idempotencyTtlSeconds,
);
const producer = createProducer({
  // One attempt per request: the producer repeats single updates and knows what was tried.
  client: new SQSClient({ ...CLIENT_DEFAULTS, maxAttempts: 1 }),
  queueUrl: config.queueUrl,
  // A request brings all its updates in one call; there are no others to wait for.
  lingerMs: 0,
  requestTimeoutMs: 3_000,
  // With the last request and the idempotency key before it, the answer leaves within the gateway's 29 s.
  sendTimeoutMs: 12_000,
  occurredAtLimits: config.occurredAtLimits,
});

export const handler: APIGatewayProxyHandler = (event, context) =>
  telemetry.during(context, () =>
    acceptUpdates(new HttpRequest(event), { producer, idempotencyKeys, now: Date.now, telemetry }),
  );
