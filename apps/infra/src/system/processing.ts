import { PROCESSOR_METRICS } from '@leaderboard/contracts/metrics';
import { LEDGER_TABLE, PROCESSED_EVENTS_TABLE } from '@leaderboard/tables';

import { thresholdAlarm } from '../components/alarm.ts';
import { FifoQueue } from '../components/fifo-queue.ts';
import { FifoQueueConsumer } from '../components/fifo-queue-consumer.ts';
import type { LambdaFunction } from '../components/lambda-function.ts';
import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import { declareFunction } from './function.ts';
import type { StackScope } from './stack-scope.ts';
import { ownerTags } from './stack-tags.ts';
import { capacityFor } from './message-path-capacity.ts';
import { declareTable } from './table.ts';

/** Where updates wait, and where they are stored. */
export interface UpdateStores {
  /** The main queue. */
  updates: FifoQueue;
  ledger: DynamoDbTable;
  processedEvents: DynamoDbTable;
}

export interface Processing extends UpdateStores {
  processor: LambdaFunction;
}

/** What SQS bills as one request (Amazon SQS pricing), and four times the size of the largest valid update. */
const MAX_UPDATE_BYTES = 65_536;

/** Declares the main queue, and the tables that the processor writes. */
export function declareUpdateStores(scope: StackScope): UpdateStores {
  const updates = declareMainQueue(scope);
  const { config } = scope;
  const ledger = declareTable(scope, LEDGER_TABLE, {
    capacity: capacityFor(LEDGER_TABLE, config),
    // The ledger says whose it is: another state that would deploy to the same account finds it, and stops.
    tableTags: ownerTags(config.stack, config.stateLocation),
  });
  const processedEvents = declareTable(scope, PROCESSED_EVENTS_TABLE, {
    capacity: capacityFor(PROCESSED_EVENTS_TABLE, config),
  });
  return { updates, ledger, processedEvents };
}

function declareMainQueue({ config, named, alarms, tags, opts }: StackScope): FifoQueue {
  return new FifoQueue(
    'leaderboard-updates',
    {
      name: named('leaderboard-updates'),
      retentionSeconds: config.mainQueueRetentionSeconds,
      visibilityTimeoutSeconds: config.mainQueueVisibilityTimeoutSeconds,
      maxMessageBytes: MAX_UPDATE_BYTES,
      messageAgeAlarmSeconds: config.messageAgeAlarmSeconds,
      deadLetters: {
        name: named('leaderboard-dlq'),
        maxReceiveCount: config.maxReceiveCount,
        retentionSeconds: config.dlqRetentionSeconds,
        visibilityTimeoutSeconds: config.dlqVisibilityTimeoutSeconds,
        depthAlarmThreshold: config.dlqDepthAlarmThreshold,
        messageAgeAlarmSeconds: config.deadLetterAgeAlarmSeconds,
      },
      protect: config.protectTables,
      alarms,
      tags,
    },
    opts,
  );
}

/**
 * Declares what writes updates to the ledger.
 *
 * @param consumers the functions that read the ledger.
 */
export function declareProcessor(
  scope: StackScope,
  { updates, ledger, processedEvents }: UpdateStores,
  consumers: readonly LambdaFunction[],
): LambdaFunction {
  const { config, tags, opts } = scope;
  const processor = declareFunction(scope, 'leaderboard-processor', {
    bundle: 'processor',
    settings: 'processor',
    description: 'Writes accepted leaderboard updates to the ledger, each once and in order',
    consumers,
    environment: {
      DYNAMODB_TABLE_NAME: ledger.table.name,
      PROCESSED_EVENTS_TABLE_NAME: processedEvents.table.name,
      DLQ_URL: updates.deadLetterQueue.url,
      MAX_RECEIVE_COUNT: String(config.maxReceiveCount),
      MARKER_TTL_DAYS: String(config.markerTtlDays),
      OCCURRED_AT_MAX_PAST_DAYS: String(config.occurredAtMaxPastDays),
      BOARD_DEFINITIONS: scope.boardDefinitions,
    },
    logLevel: config.processorLogLevel,
    logRetentionDays: config.logRetentionDays,
    permissions: [
      {
        sid: 'SendDeadLetters',
        actions: ['sqs:SendMessage'],
        resources: [updates.deadLetterQueue.arn],
      },
      { sid: 'AppendToLedger', actions: ['dynamodb:PutItem'], resources: [ledger.table.arn] },
      {
        sid: 'ReadEndOfLedger',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        resources: [ledger.table.arn],
      },
      {
        sid: 'RememberEventsAndHeads',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
        resources: [processedEvents.table.arn],
      },
    ],
  });
  new FifoQueueConsumer(
    'updates-to-processor',
    {
      source: updates,
      consumer: processor,
      batchSize: config.processorBatchSize,
      maximumConcurrency: config.processorMaximumConcurrency,
      tags,
    },
    opts,
  );
  declareProcessorAlarms(scope, processor);
  return processor;
}

function declareProcessorAlarms(scope: StackScope, processor: LambdaFunction): void {
  const { config, named, alarms: settings, tags } = scope;
  const processorCount = (metricName: string) =>
    ({
      namespace: scope.metricsNamespace,
      metricName,
      dimensions: { service: processor.serviceName },
      statistic: 'Sum',
      settings,
      tags,
    }) as const;
  thresholdAlarm(
    'leaderboard-processor-update-errors',
    {
      ...processorCount(PROCESSOR_METRICS.updateError),
      name: `${named('leaderboard-processor')}-update-errors`,
      description: 'Valid updates do not reach the ledger: they are retried, then dead-lettered.',
      severity: 'ticket',
      threshold: config.updateErrorAlarmThreshold,
    },
    { parent: processor },
  );
  thresholdAlarm(
    'leaderboard-processor-event-id-reused',
    {
      ...processorCount(PROCESSOR_METRICS.eventIdReused),
      name: `${named('leaderboard-processor')}-event-id-reused`,
      description: 'A producer sends other content under an event id that it has used before.',
      severity: 'ticket',
      threshold: 1,
    },
    { parent: processor },
  );
}
