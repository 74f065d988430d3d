import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { boardDefinitionsText } from './config/board-definitions.ts';
import { type BundleLocator, builtBundle } from './system/bundles.ts';
import { FifoQueue } from './components/fifo-queue.ts';
import { FifoQueueConsumer } from './components/fifo-queue-consumer.ts';
import { LambdaFunction } from './components/lambda-function.ts';
import { OnDemandTable } from './components/on-demand-table.ts';
import type { StackConfig } from './config/stack-config.ts';
import { declareMonitoring } from './system/monitoring/monitoring.ts';
import { declareIntake, type IntakeOutputs } from './system/intake/intake.ts';
import { declareReading } from './system/reading.ts';
import { builtSite, type SiteLocator } from './system/site-files.ts';
import { PURPOSE } from './system/stack-tags.ts';
import { declareLedgerPipe, declareStandings } from './system/standings.ts';

/** What SQS bills as one request (Amazon SQS pricing), and four times as much as an update can be. */
const MAX_UPDATE_BYTES = 65_536;

/** The outputs of the stack, by their names. A type alias, so that it can be indexed by any name. */
export type SystemOutputs = {
  main_queue_url: pulumi.Output<string>;
  dlq_url: pulumi.Output<string>;
  dynamodb_table_name: pulumi.Output<string>;
  processed_events_table_name: pulumi.Output<string>;
  lambda_function_name: pulumi.Output<string>;
  dlq_alarm_name: pulumi.Output<string>;
  leaderboard_url: pulumi.Output<string>;
  dashboard_url: pulumi.Output<string>;
  standings_table_name: pulumi.Output<string>;
  snapshots_table_name: pulumi.Output<string>;
  standings_queue_url: pulumi.Output<string>;
  standings_dlq_url: pulumi.Output<string>;
  snapshotter_function_name: pulumi.Output<string>;
  snapshotter_schedule_name: pulumi.Output<string>;
  /** JSON of the board definitions that the functions have; the rebuild goes by it. */
  board_definitions: pulumi.Output<string>;
} & IntakeOutputs;

/**
 * Declares every resource of the system:
 *
 * ```
 * game server ──▶ leaderboard-updates.fifo ──▶ processor ──▶ leaderboard-data (ledger) + processed-events
 *                        │ 3 receives              │ failures, with their reason    │ stream, INSERT only
 *                        ▼                         ▼                                ▼
 *                 leaderboard-dlq.fifo ◀───────────┘                    pipe ──▶ standings-updates.fifo
 *                                                                                   ▼
 *  browser ◀── dashboard ◀── leaderboard-api ◀── leaderboard-snapshots ◀── snapshotter ◀── standings ◀── projector
 * ```
 *
 * The upper half is in this file, what follows the ledger in standings.ts, the lower left in reading.ts, alarms and the
 * dashboard over all of it in monitoring.ts.
 *
 * @throws RunError before anything is created when a bundle is not built or a name is too long.
 * @example
 * const { main_queue_url } = deploy(loadStackConfig());
 */
export function deploy(
  config: StackConfig,
  bundleOf: BundleLocator = builtBundle,
  siteFilesOf: SiteLocator = builtSite,
): SystemOutputs {
  const named = (name: string) => `${name}-${config.environmentSuffix}`;
  const tags = { Environment: config.environmentSuffix, Purpose: PURPOSE };
  // One namespace per stack: the functions' service names, their only dimension, are the same in every stack of an account.
  const metricsNamespace = `Leaderboard/${config.environmentSuffix}`;
  const alarms = { periodSeconds: config.alarmPeriodSeconds, topicArn: config.alarmTopicArn };
  const boardDefinitions = boardDefinitionsText(config.boardDefinitionsFile);
  const processorBundle = bundleOf('processor', 'processor');
  const dashboardFiles = siteFilesOf('dashboard');
  const provider = new aws.Provider('aws', { region: config.region });
  const opts = { providers: [provider] };
  const scope = { config, named, tags, alarms, metricsNamespace, bundleOf, provider, opts };

  const updates = new FifoQueue(
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
      alarms,
      tags,
    },
    opts,
  );

  const ledger = new OnDemandTable(
    'leaderboard-data',
    {
      name: named('leaderboard-data'),
      partitionKey: { name: 'player_id', type: 'S' },
      sortKey: { name: 'timestamp', type: 'N' },
      stream: 'NEW_AND_OLD_IMAGES',
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );

  const processedEvents = new OnDemandTable(
    'processed-events',
    {
      name: named('processed-events'),
      partitionKey: { name: 'player_id', type: 'S' },
      sortKey: { name: 'event_id', type: 'S' },
      expiryAttribute: 'expires_at',
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );

  const processor = new LambdaFunction(
    'leaderboard-processor',
    {
      name: named('leaderboard-processor'),
      description: 'Writes accepted leaderboard updates to the ledger, each once and in order',
      bundle: processorBundle,
      memoryMegabytes: config.processorMemoryMegabytes,
      timeoutSeconds: config.processorTimeoutSeconds,
      reservedConcurrency: config.processorReservedConcurrency,
      environment: {
        DYNAMODB_TABLE_NAME: ledger.table.name,
        PROCESSED_EVENTS_TABLE_NAME: processedEvents.table.name,
        DLQ_URL: updates.deadLetterQueue.url,
        MAX_RECEIVE_COUNT: String(config.maxReceiveCount),
        MARKER_TTL_DAYS: String(config.markerTtlDays),
        OCCURRED_AT_MAX_PAST_DAYS: String(config.occurredAtMaxPastDays),
        BOARD_DEFINITIONS: boardDefinitions,
        POWERTOOLS_SERVICE_NAME: 'leaderboard-processor',
        POWERTOOLS_LOG_LEVEL: config.processorLogLevel,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      },
      logRetentionDays: config.logRetentionDays,
      permissions: [
        {
          sid: 'SendDeadLetters',
          actions: ['sqs:SendMessage'],
          resources: [updates.deadLetterQueue.arn],
        },
        { sid: 'AppendToLedger', actions: ['dynamodb:PutItem'], resources: [ledger.table.arn] },
        {
          sid: 'RememberEventsAndHeads',
          actions: ['dynamodb:BatchGetItem', 'dynamodb:PutItem'],
          resources: [processedEvents.table.arn],
        },
      ],
      alarms,
      tags,
    },
    opts,
  );

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

  const scheduleGroup = new aws.scheduler.ScheduleGroup(
    'leaderboard',
    { name: named('leaderboard'), tags },
    { provider },
  );
  const standings = declareStandings(scope, { ledger, scheduleGroup, boardDefinitions });
  const { api, apiUrl, dashboardUrl, distribution } = declareReading(scope, {
    ledger,
    standings,
    boardDefinitions,
    dashboardFiles,
  });
  // The distribution takes minutes, after which Pipes sees the stream of a ledger that was made just before.
  declareLedgerPipe(scope, {
    source: ledger,
    target: standings.queue,
    deadLetters: standings.pipeDeadLetters,
    createdAfter: distribution,
  });
  const intake = declareIntake(scope, { updates, scheduleGroup });
  declareMonitoring(scope, { updates, processor, ledger, processedEvents, standings, api });

  return {
    main_queue_url: updates.queue.url,
    dlq_url: updates.deadLetterQueue.url,
    dynamodb_table_name: ledger.table.name,
    processed_events_table_name: processedEvents.table.name,
    lambda_function_name: processor.function.name,
    dlq_alarm_name: updates.deadLetterDepthAlarm.name,
    leaderboard_url: apiUrl,
    dashboard_url: dashboardUrl,
    standings_table_name: standings.table.table.name,
    snapshots_table_name: standings.snapshots.table.name,
    standings_queue_url: standings.queue.queue.url,
    standings_dlq_url: standings.queue.deadLetterQueue.url,
    snapshotter_function_name: standings.snapshotter.function.name,
    snapshotter_schedule_name: standings.snapshotterSchedule.name,
    board_definitions: pulumi.output(boardDefinitions),
    ...intake,
  };
}
