import {
  batchSize,
  functionTimeout,
  logLevel,
  maximumConcurrency,
  maxReceiveCount,
  memory,
  messageRetention,
  NONE_FOR_SMALL_QUOTAS,
  reservedConcurrency,
  visibilityTimeout,
} from './service-limits.ts';
import { choice, integer } from './setting.ts';

function updatesPerSecond({ about, ...range }: { default: number; about: string }) {
  return integer({
    ...range,
    min: 1,
    // 4 write units for an update in the processed events, at 70 %: 40,000 units, the default quota of a table.
    max: 7_000,
    unit: 'updates a second',
    about,
    source: 'DynamoDB: service quotas, table-level write throughput',
  });
}

/** The settings of the main queue and of the processor, and of every dead-letter queue but those of the event queues. */
export const PROCESSING_SETTINGS = {
  mainQueueRetentionSeconds: messageRetention({
    default: 345_600,
    about: 'How long the main queue keeps an update',
  }),
  mainQueueVisibilityTimeoutSeconds: visibilityTimeout({
    default: 60,
    min: 1,
    about:
      'How long a received update stays hidden; not below the function timeout, AWS advises 6 times it',
  }),
  maxReceiveCount: maxReceiveCount({
    default: 3,
    about: 'Receives of an update before SQS moves it to the dead-letter queue',
  }),
  dlqRetentionSeconds: messageRetention({
    default: 1_209_600,
    about: 'How long a dead-letter queue keeps a message',
  }),
  dlqVisibilityTimeoutSeconds: visibilityTimeout({
    default: 300,
    about: 'How long a received dead letter stays hidden from others',
  }),
  processorMemoryMegabytes: memory('the processor', 512),
  processorTimeoutSeconds: functionTimeout({
    default: 30,
    about: 'Timeout of one invocation of the processor',
  }),
  processorReservedConcurrency: reservedConcurrency({
    default: 10,
    min: 2,
    about: `Reserved concurrency of the processor; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  processorMaximumConcurrency: maximumConcurrency({
    default: 10,
    about:
      'Processor instances that the queue may keep busy; not above the reserved concurrency, or throttled batches use up their receives',
  }),
  processorBatchSize: batchSize({
    default: 10,
    about: 'Updates in one invocation of the processor',
  }),
  processorLogLevel: logLevel('the processor'),
  capacity: choice({
    default: 'on_demand',
    values: ['on_demand', 'provisioned'],
    about:
      'How the ledger and the processed events are billed: per request, or by a capacity that scales with the load, which is cheaper under a steady one',
    source: 'DynamoDB: throughput capacity',
  }),
  capacityMinUpdatesPerSecond: updatesPerSecond({
    default: 10,
    about: 'With provisioned capacity: updates a second that the tables always carry',
  }),
  capacityMaxUpdatesPerSecond: updatesPerSecond({
    default: 1000,
    about:
      'With provisioned capacity: updates a second up to which it scales; more are throttled and wait in the queue',
  }),
  markerTtlDays: integer({
    default: 60,
    min: 60,
    max: 3650,
    unit: 'days',
    about: 'How long an event id is remembered, so that a duplicate of it is recognized',
    source: 'invariant: at most once in the ledger for at least 60 days',
  }),
  occurredAtMaxPastDays: integer({
    default: 35,
    min: 1,
    max: 3650,
    unit: 'days',
    about: 'Oldest `occurred_at` that is accepted, counted from when the update was sent',
    source: 'contract of leaderboard-update',
  }),
};
