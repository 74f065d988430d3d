import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import { STANDINGS_TABLE } from '@leaderboard/tables';

import { thresholdAlarm } from '../components/alarm.ts';
import type { DeadLetterQueue } from '../components/dead-letter-queue.ts';
import { FifoQueue } from '../components/fifo-queue.ts';
import { FifoQueueConsumer } from '../components/fifo-queue-consumer.ts';
import type { LambdaFunction } from '../components/lambda-function.ts';
import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import { declareDeadLetterQueue } from './dead-letters.ts';
import { declareFunction } from './function.ts';
import { declareRanks, type Ranks } from './ranks.ts';
import type { Schedules } from './schedules.ts';
import type { StackScope } from './stack-scope.ts';
import { declareTable } from './table.ts';

export interface Standings {
  table: DynamoDbTable;
  ranks: Ranks;
  queue: FifoQueue;
  /** Receives the inserts that the ledger's pipe cannot send to the queue. */
  pipeDeadLetters: DeadLetterQueue;
}

/** AWS advises a visibility timeout of 6 times the function's timeout (Lambda developer guide: SQS event source). */
const VISIBILITY_TIMEOUTS = 6;

/** Declares the standings and their ranks, and the queue that brings inserts of the ledger. */
export function declareStandings(scope: StackScope, schedules: Schedules): Standings {
  const table = declareTable(scope, STANDINGS_TABLE);
  const ranks = declareRanks(scope, table, schedules);
  const queue = declareQueue(scope);
  const pipeDeadLetters = declareDeadLetterQueue(scope, 'ledger-to-standings-dlq', {
    meaning: 'Ledger inserts did not reach the standings: nx run standings:rebuild folds them in.',
    severity: 'page',
    depthAlarmThreshold: scope.config.standingsDlqDepthAlarmThreshold,
  });
  return { table, ranks, queue, pipeDeadLetters };
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
      protect: config.protectTables,
      alarms,
      tags,
    },
    opts,
  );
}

/**
 * Declares the projector, which folds inserts of the ledger into the standings.
 *
 * @param consumers the functions that read standings and ranks.
 */
export function declareProjector(
  scope: StackScope,
  ledger: DynamoDbTable,
  { table, ranks, queue }: Standings,
  consumers: readonly LambdaFunction[],
): LambdaFunction {
  const { config, named, alarms, tags, opts, provider } = scope;
  const projector = declareFunction(scope, 'standings-projector', {
    bundle: 'projector',
    settings: 'projector',
    description: 'Folds ledger inserts into the standings of their players, each once',
    consumers,
    environment: {
      LEDGER_TABLE_NAME: ledger.table.name,
      STANDINGS_TABLE_NAME: table.table.name,
      RANKS_TABLE_NAME: ranks.table.table.name,
      RANK_COMPACTOR_FUNCTION_NAME: ranks.compactor.function.name,
      QUEUE_URL: queue.queue.url,
      DLQ_URL: queue.deadLetterQueue.url,
      BOARD_DEFINITIONS: scope.boardDefinitions,
    },
    logLevel: config.standingsLogLevel,
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
        // TransactGetItems needs GetItem.
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
        resources: [ledger.table.arn, table.table.arn, ranks.table.table.arn],
      },
      {
        sid: 'KeepStandings',
        actions: [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:Query',
          'dynamodb:PutItem',
          'dynamodb:DeleteItem',
        ],
        resources: [table.table.arn],
      },
      {
        sid: 'LogMoves',
        actions: ['dynamodb:PutItem', 'dynamodb:GetItem'],
        resources: [ranks.table.table.arn],
      },
      {
        sid: 'StartCompactor',
        actions: ['lambda:InvokeFunction'],
        resources: [ranks.compactor.function.arn],
      },
    ],
  });
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
      severity: 'ticket',
      namespace: scope.metricsNamespace,
      metricName: STANDINGS_METRICS.lag,
      dimensions: { service: projector.serviceName },
      statistic: 'Maximum',
      threshold: config.standingsLagAlarmSeconds * 1_000,
      settings: alarms,
      tags,
    },
    { parent: projector, provider },
  );
  return projector;
}
