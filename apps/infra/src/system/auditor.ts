import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import type * as aws from '@pulumi/aws';

import { thresholdAlarm } from '../components/alarm.ts';
import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import type { LambdaFunction } from '../components/lambda-function.ts';
import { ScheduledFunction } from '../components/scheduled-function.ts';
import { declareFunction } from './function.ts';
import type { Schedules } from './schedules.ts';
import type { StackScope } from './stack-scope.ts';
import type { Standings } from './standings.ts';

export interface AuditorArgs {
  ledger: DynamoDbTable;
  processedEvents: DynamoDbTable;
  standings: Standings;
}

export interface Auditor {
  auditor: LambdaFunction;
  schedule: aws.scheduler.Schedule;
}

/** Declares the function that finds, on a schedule, what was lost between ledger and standings, and folds it in. */
export function declareAuditor(
  scope: StackScope,
  args: AuditorArgs,
  schedules: Schedules,
): Auditor {
  const { config, named, alarms, tags, opts } = scope;
  const auditor = declareFunctionOf(scope, args);
  const { schedule } = new ScheduledFunction(
    'standings-audit',
    {
      name: named('standings-audit'),
      group: schedules.group,
      function: auditor,
      everyMinutes: config.auditEveryMinutes,
      input: {},
      deliveryRetries: config.scheduleDeliveryRetries,
      deliveryAgeSeconds: config.scheduleDeliveryAgeSeconds,
      // The next run goes on where one that failed began.
      runRetries: 0,
      runAgeSeconds: config.scheduleDeliveryAgeSeconds,
      deadLetters: schedules.failures,
      permissionsBoundary: config.permissionsBoundaryArn,
      heartbeatSeverity: 'ticket',
      alarms,
      tags,
    },
    opts,
  );
  return { auditor, schedule };
}

function declareFunctionOf(
  scope: StackScope,
  { ledger, processedEvents, standings }: AuditorArgs,
): LambdaFunction {
  const { config, named, alarms, tags, provider } = scope;
  const { table, ranks, pipeDeadLetters } = standings;
  const auditor = declareFunction(scope, 'standings-auditor', {
    bundle: 'auditor',
    settings: 'auditor',
    description: 'Compares heads with standings, and folds players whose events were lost',
    environment: {
      LEDGER_TABLE_NAME: ledger.table.name,
      PROCESSED_EVENTS_TABLE_NAME: processedEvents.table.name,
      STANDINGS_TABLE_NAME: table.table.name,
      RANKS_TABLE_NAME: ranks.table.table.name,
      PIPE_DLQ_URL: pipeDeadLetters.queue.url,
      BOARD_DEFINITIONS: scope.boardDefinitions,
    },
    logLevel: config.standingsLogLevel,
    logRetentionDays: config.logRetentionDays,
    scheduled: true,
    permissions: [
      {
        sid: 'TakePipeDeadLetters',
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        resources: [pipeDeadLetters.queue.arn],
      },
      {
        sid: 'FindPlayersBehind',
        actions: ['dynamodb:Scan'],
        resources: [processedEvents.table.arn],
      },
      {
        // TransactGetItems needs GetItem.
        sid: 'RefoldPlayers',
        actions: ['dynamodb:Query', 'dynamodb:GetItem'],
        resources: [ledger.table.arn],
      },
      {
        sid: 'KeepStandingsAndHoles',
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
    ],
  });
  thresholdAlarm(
    'standings-auditor-holes',
    {
      name: `${named('standings-auditor')}-holes`,
      description:
        'Updates were lost on their way from the ledger to the standings. No read is exact until they are folded in.',
      namespace: scope.metricsNamespace,
      metricName: STANDINGS_METRICS.holes,
      dimensions: { service: auditor.serviceName },
      statistic: 'Maximum',
      severity: 'page',
      threshold: config.holesAlarmCount,
      settings: alarms,
      tags,
    },
    { parent: auditor, provider },
  );
  return auditor;
}
