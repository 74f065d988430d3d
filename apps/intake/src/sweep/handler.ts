import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Handler } from 'aws-lambda';
import { CLIENT_DEFAULTS } from '../aws-clients.ts';
import { DynamoDbEventStore, DynamoDbRoutedMarks } from '../events/dynamodb-event-store.ts';
import { SqsEventQueues } from '../router/sqs-event-queues.ts';
import { PowertoolsTelemetry } from '../telemetry.ts';
import { readSweepConfig } from './config.ts';
import { sweep, type SweepReport } from './sweep.ts';

const config = readSweepConfig(process.env);
const telemetry = new PowertoolsTelemetry(config);
const dynamoDb = new DynamoDBClient(CLIENT_DEFAULTS);
const events = new DynamoDbEventStore(dynamoDb, config.tableName);
const marks = new DynamoDbRoutedMarks(dynamoDb, config.tableName, config.eventTtlSeconds);
const queues = new SqsEventQueues(new SQSClient(CLIENT_DEFAULTS), config.queueUrls);

export const handler: Handler<unknown, SweepReport> = (_schedule, context) =>
  telemetry.during(context, () =>
    sweep({
      events,
      marks,
      queues,
      telemetry,
      minAgeMs: config.minAgeMs,
      now: Date.now,
      remainingMs: () => context.getRemainingTimeInMillis(),
    }),
  );
