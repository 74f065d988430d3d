import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, createTelemetry } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import type { Handler } from 'aws-lambda';
import { EventStore } from '../events/event-store.ts';
import { IntakeTelemetry } from '../telemetry.ts';
import { readRouterConfig } from './config.ts';
import { EventQueues } from './event-queues.ts';
import { routeEvent } from './route-event.ts';

const settings = clientSettings({ maxAttempts: 3 });
const config = readRouterConfig(process.env);
const telemetry = new IntakeTelemetry(createTelemetry(config));
const events = new EventStore(documentClient(new DynamoDBClient(settings)), config.tableName);
const queues = new EventQueues(new SQSClient(settings), config.queueUrls);
const { eventTtlSeconds } = config;

/** Invoked asynchronously: Lambda retries after an error. */
export const handler: Handler<unknown, undefined> = (payload, context) =>
  telemetry.during(context, async () => {
    await routeEvent(payload, { queues, events, eventTtlSeconds, now: Date.now, telemetry });
    return undefined;
  });
