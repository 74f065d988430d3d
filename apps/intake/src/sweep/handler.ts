import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings, createTelemetry } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import type { Handler } from 'aws-lambda';
import { EventStore } from '../events/event-store.ts';
import { EventQueues } from '../router/event-queues.ts';
import { IntakeTelemetry } from '../telemetry.ts';
import { readSweepConfig } from './config.ts';
import { sweep, type SweepReport } from './sweep.ts';

const settings = clientSettings({ maxAttempts: 3 });
const config = readSweepConfig(process.env);
const telemetry = new IntakeTelemetry(createTelemetry(config));
const events = new EventStore(documentClient(new DynamoDBClient(settings)), config.tableName);
const queues = new EventQueues(new SQSClient(settings), config.queueUrls);

export const handler: Handler<unknown, SweepReport> = (_schedule, context) =>
  telemetry.during(context, () =>
    sweep({
      events,
      queues,
      telemetry,
      eventTtlSeconds: config.eventTtlSeconds,
      minAgeMs: config.minAgeMs,
      now: Date.now,
      remainingMs: () => context.getRemainingTimeInMillis(),
    }),
  );
