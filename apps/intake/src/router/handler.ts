import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Handler } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../aws-clients.ts';
import { DynamoDbRoutedMarks } from '../events/dynamodb-event-store.ts';
import { PowertoolsTelemetry } from '../telemetry.ts';
import { readRouterConfig } from './config.ts';
import { routeEvent } from './route-event.ts';
import { SqsEventQueues } from './sqs-event-queues.ts';

const config = readRouterConfig(process.env);
const telemetry = new PowertoolsTelemetry(config);
const queues = new SqsEventQueues(new SQSClient(CLIENT_DEFAULTS), config.queueUrls);
const marks = new DynamoDbRoutedMarks(
  new DynamoDBClient(CLIENT_DEFAULTS),
  config.tableName,
  config.eventTtlSeconds,
);

/** Invoked asynchronously: an error makes Lambda retry. */
export const handler: Handler<unknown, undefined> = (payload, context) =>
  telemetry.during(context, async () => {
    await routeEvent(payload, { queues, marks, now: Date.now, telemetry });
    return undefined;
  });
