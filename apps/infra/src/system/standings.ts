import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import type * as aws from '@pulumi/aws';

import { thresholdAlarm } from '../components/alarm.ts';
import { DeadLetterQueue } from '../components/dead-letter-queue.ts';
import { FifoQueue } from '../components/fifo-queue.ts';
import { FifoQueueConsumer } from '../components/fifo-queue-consumer.ts';
import { LambdaFunction } from '../components/lambda-function.ts';
import { OnDemandTable } from '../components/on-demand-table.ts';
import { ScheduledFunction } from '../components/scheduled-function.ts';
import { StreamPipe, type StreamPipeArgs } from '../components/stream-pipe.ts';
import type { StackScope } from './stack-scope.ts';
import { standingsEventTemplate } from './standings-event-template.ts';

export interface StandingsArgs {
  ledger: OnDemandTable;
  scheduleGroup: aws.scheduler.ScheduleGroup;
  /** JSON text. */
  boardDefinitions: string;
}

export interface Standings {
  table: OnDemandTable;
  snapshots: OnDemandTable;
  queue: FifoQueue;
  /** Takes the inserts that the ledger's pipe cannot bring to the queue. */
  pipeDeadLetters: DeadLetterQueue;
  projector: LambdaFunction;
  snapshotter: LambdaFunction;
  snapshotterSchedule: aws.scheduler.Schedule;
}

/** Index of the standings in rank order. */
export const RANK_INDEX = 'by_rank';

/** AWS advises a visibility timeout of 6 times the function's timeout (Lambda developer guide: SQS event source). */
const VISIBILITY_TIMEOUTS = 6;

/** Declares what makes leaderboards of the ledger: its stream, folded into standings, and snapshots of them. */
export function declareStandings(scope: StackScope, args: StandingsArgs): Standings {
  const tables = declareTables(scope);
  const queue = declareQueue(scope);
  const pipeDeadLetters = deadLetterQueue(
    scope,
    'ledger-to-standings-dlq',
    'Ledger inserts did not reach the standings: nx run standings:rebuild folds them in.',
  );
  const projector = declareProjector(scope, args, tables.table, queue);
  return {
    ...tables,
    queue,
    pipeDeadLetters,
    projector,
    ...declareSnapshotter(scope, args, tables),
  };
}

function declareTables({ config, named, tags, opts }: StackScope) {
  const common = { protect: config.protectTables, adopt: config.adoptTables, tags };
  const table = new OnDemandTable(
    'standings',
    {
      ...common,
      name: named('standings'),
      partitionKey: { name: 'player_id', type: 'S' },
      sortKey: { name: 'board_window', type: 'S' },
      indexes: [
        {
          name: RANK_INDEX,
          partitionKey: { name: 'rank_partition', type: 'S' },
          sortKey: { name: 'rank_key', type: 'S' },
          projection: 'KEYS_ONLY',
        },
      ],
      expiryAttribute: 'expires_at',
    },
    opts,
  );
  const snapshots = new OnDemandTable(
    'leaderboard-snapshots',
    {
      ...common,
      name: named('leaderboard-snapshots'),
      partitionKey: { name: 'leaderboard_id', type: 'S' },
      sortKey: { name: 'as_of', type: 'S' },
      expiryAttribute: 'expires_at',
    },
    opts,
  );
  return { table, snapshots };
}

function declareQueue({ config, named, alarms, tags, opts }: StackScope): FifoQueue {
  return new FifoQueue(
    'standings-updates',
    {
      name: named('standings-updates'),
      retentionSeconds: config.standingsQueueRetentionSeconds,
      visibilityTimeoutSeconds: VISIBILITY_TIMEOUTS * config.projectorTimeoutSeconds,
      messageAgeAlarmSeconds: config.messageAgeAlarmSeconds,
      deadLetters: {
        name: named('standings-dlq'),
        maxReceiveCount: config.standingsMaxReceiveCount,
        retentionSeconds: config.dlqRetentionSeconds,
        visibilityTimeoutSeconds: config.dlqVisibilityTimeoutSeconds,
        depthAlarmThreshold: config.standingsDlqDepthAlarmThreshold,
        messageAgeAlarmSeconds: config.deadLetterAgeAlarmSeconds,
      },
      alarms,
      tags,
    },
    opts,
  );
}

/** Declares the way of an insert from the ledger's stream to the queue of the standings. */
export function declareLedgerPipe(
  scope: StackScope,
  {
    source,
    target,
    deadLetters,
    createdAfter,
  }: Pick<StreamPipeArgs, 'source' | 'target' | 'deadLetters' | 'createdAfter'>,
): void {
  const { config, named, alarms, tags, opts } = scope;
  new StreamPipe(
    'ledger-to-standings',
    {
      name: named('ledger-to-standings'),
      source,
      target,
      pattern: { eventName: ['INSERT'] },
      inputTemplate: standingsEventTemplate(),
      messageGroupId: '$.dynamodb.Keys.player_id.S',
      batchSize: config.pipeBatchSize,
      parallelizationFactor: config.pipeParallelizationFactor,
      maximumRetryAttempts: config.pipeMaximumRetryAttempts,
      maximumRecordAgeSeconds: config.pipeMaximumRecordAgeSeconds,
      deadLetters,
      createdAfter,
      alarms,
      tags,
    },
    opts,
  );
}

function declareProjector(
  scope: StackScope,
  { ledger, boardDefinitions }: StandingsArgs,
  standings: OnDemandTable,
  queue: FifoQueue,
): LambdaFunction {
  const { config, named, alarms, tags, opts, provider } = scope;
  const projector = new LambdaFunction(
    'standings-projector',
    {
      name: named('standings-projector'),
      description: 'Folds ledger inserts into the standings of their players, each once',
      bundle: scope.bundleOf('standings', 'projector'),
      memoryMegabytes: config.projectorMemoryMegabytes,
      timeoutSeconds: config.projectorTimeoutSeconds,
      reservedConcurrency: config.projectorReservedConcurrency,
      environment: {
        LEDGER_TABLE_NAME: ledger.table.name,
        STANDINGS_TABLE_NAME: standings.table.name,
        QUEUE_URL: queue.queue.url,
        DLQ_URL: queue.deadLetterQueue.url,
        BOARD_DEFINITIONS: boardDefinitions,
        POWERTOOLS_SERVICE_NAME: 'standings-projector',
        POWERTOOLS_LOG_LEVEL: config.standingsLogLevel,
        POWERTOOLS_METRICS_NAMESPACE: scope.metricsNamespace,
      },
      logRetentionDays: config.logRetentionDays,
      permissions: [
        {
          sid: 'RetrySoon',
          actions: ['sqs:ChangeMessageVisibility'],
          resources: [queue.queue.arn],
        },
        {
          sid: 'SendDeadLetters',
          actions: ['sqs:SendMessage'],
          resources: [queue.deadLetterQueue.arn],
        },
        {
          // TransactGetItems asks for GetItem.
          sid: 'RefoldPlayers',
          actions: ['dynamodb:Query', 'dynamodb:GetItem'],
          resources: [ledger.table.arn],
        },
        {
          sid: 'CompareSmallLedger',
          actions: ['dynamodb:Scan'],
          resources: [ledger.table.arn],
        },
        {
          sid: 'TellTablesApart',
          actions: ['dynamodb:DescribeTable'],
          resources: [ledger.table.arn, standings.table.arn],
        },
        {
          sid: 'KeepStandings',
          actions: [
            'dynamodb:BatchGetItem',
            'dynamodb:Query',
            'dynamodb:PutItem',
            'dynamodb:DeleteItem',
          ],
          resources: [standings.table.arn],
        },
      ],
      alarms,
      tags,
    },
    opts,
  );
  new FifoQueueConsumer(
    'standings-to-projector',
    {
      source: queue,
      consumer: projector,
      batchSize: config.projectorBatchSize,
      maximumConcurrency: config.projectorMaximumConcurrency,
      tags,
    },
    opts,
  );
  thresholdAlarm(
    'standings-projector-lag',
    {
      name: `${named('standings-projector')}-lag`,
      description:
        'Standings are behind the ledger: the pipe, the standings queue or the projector is slow.',
      namespace: scope.metricsNamespace,
      metricName: STANDINGS_METRICS.lag,
      dimensions: { service: 'standings-projector' },
      statistic: 'Maximum',
      threshold: config.standingsLagAlarmSeconds * 1_000,
      settings: alarms,
      tags,
    },
    { parent: projector, provider },
  );
  return projector;
}

function declareSnapshotter(
  scope: StackScope,
  { scheduleGroup, boardDefinitions }: StandingsArgs,
  { table, snapshots }: { table: OnDemandTable; snapshots: OnDemandTable },
) {
  const { config, named, alarms, tags, opts } = scope;
  const snapshotter = new LambdaFunction(
    'standings-snapshotter',
    {
      name: named('standings-snapshotter'),
      description: 'Stores the top of every board and window that changed',
      bundle: scope.bundleOf('standings', 'snapshotter'),
      memoryMegabytes: config.snapshotterMemoryMegabytes,
      timeoutSeconds: config.snapshotterTimeoutSeconds,
      reservedConcurrency: config.snapshotterReservedConcurrency,
      environment: {
        STANDINGS_TABLE_NAME: table.table.name,
        SNAPSHOTS_TABLE_NAME: snapshots.table.name,
        SNAPSHOT_SIZE: String(config.snapshotSize),
        SNAPSHOT_TTL_DAYS: String(config.snapshotTtlDays),
        BOARD_DEFINITIONS: boardDefinitions,
        POWERTOOLS_SERVICE_NAME: 'standings-snapshotter',
        POWERTOOLS_LOG_LEVEL: config.standingsLogLevel,
        POWERTOOLS_METRICS_NAMESPACE: scope.metricsNamespace,
      },
      logRetentionDays: config.logRetentionDays,
      permissions: [
        {
          sid: 'ReadBoards',
          actions: ['dynamodb:Query'],
          resources: [table.table.arn, table.indexArn(RANK_INDEX)],
        },
        {
          sid: 'ReadStandingsAndKeepTotals',
          actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'],
          resources: [table.table.arn],
        },
        {
          sid: 'KeepSnapshots',
          actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
          resources: [snapshots.table.arn],
        },
      ],
      alarms,
      tags,
    },
    opts,
  );
  const minutes = config.snapshotEveryMinutes;
  const { schedule } = new ScheduledFunction(
    'standings-snapshot',
    {
      name: named('standings-snapshot'),
      group: scheduleGroup,
      function: snapshotter,
      expression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
      input: {},
      deliveryRetries: config.scheduleDeliveryRetries,
      deliveryAgeSeconds: config.scheduleDeliveryAgeSeconds,
      runRetries: config.snapshotterRunRetries,
      runAgeSeconds: config.snapshotterRunAgeSeconds,
      deadLetters: deadLetterQueue(
        scope,
        'standings-snapshotter-dlq',
        'Runs of the snapshotter did not start or failed: snapshots may be old.',
      ),
      tags,
    },
    opts,
  );
  return { snapshotter, snapshotterSchedule: schedule };
}

function deadLetterQueue(
  { config, named, alarms, tags, opts }: StackScope,
  name: string,
  meaning: string,
): DeadLetterQueue {
  return new DeadLetterQueue(
    name,
    {
      name: named(name),
      meaning,
      retentionSeconds: config.dlqRetentionSeconds,
      visibilityTimeoutSeconds: config.dlqVisibilityTimeoutSeconds,
      depthAlarmThreshold: config.standingsDlqDepthAlarmThreshold,
      messageAgeAlarmSeconds: config.deadLetterAgeAlarmSeconds,
      alarms,
      tags,
    },
    opts,
  );
}
