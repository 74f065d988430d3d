import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import { RANKS_TABLE } from '@leaderboard/tables';
import type * as aws from '@pulumi/aws';

import { thresholdAlarm } from '../components/alarm.ts';
import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import type { LambdaFunction } from '../components/lambda-function.ts';
import type { Permission } from '../components/policy.ts';
import { PrivateBucket } from '../components/private-bucket.ts';
import { ScheduledFunction } from '../components/scheduled-function.ts';
import { declareFunction } from './function.ts';
import type { Schedules } from './schedules.ts';
import type { StackScope } from './stack-scope.ts';
import { declareTable } from './table.ts';

export interface Ranks {
  /** Logs and heads of the boards. */
  table: DynamoDbTable;
  /** The runs that the heads name. */
  runs: PrivateBucket;
  /** Merges logs into runs. */
  compactor: LambdaFunction;
  schedule: aws.scheduler.Schedule;
}

/** Declares the ranks: where they are kept, and the compactor. The projector starts it, and a schedule once a minute. */
export function declareRanks(
  scope: StackScope,
  standings: DynamoDbTable,
  schedules: Schedules,
): Ranks {
  const { config, named, alarms, tags, opts } = scope;
  const table = declareTable(scope, RANKS_TABLE);
  const runs = new PrivateBucket('rank-runs', { name: named('rank-runs'), tags }, opts);
  const compactor = declareCompactor(scope, { standings, table, runs });
  const { schedule } = new ScheduledFunction(
    'rank-compaction',
    {
      name: named('rank-compaction'),
      group: schedules.group,
      function: compactor,
      everyMinutes: 1,
      input: {},
      deliveryRetries: config.scheduleDeliveryRetries,
      deliveryAgeSeconds: config.scheduleDeliveryAgeSeconds,
      runRetries: config.compactorRunRetries,
      runAgeSeconds: config.compactorRunAgeSeconds,
      deadLetters: schedules.failures,
      permissionsBoundary: config.permissionsBoundaryArn,
      heartbeatSeverity: 'page',
      alarms,
      tags,
    },
    opts,
  );
  return { table, runs, compactor, schedule };
}

/** What a function needs that reads ranks. */
export function readRanks({ table, runs }: Pick<Ranks, 'table' | 'runs'>): Permission[] {
  return [
    {
      sid: 'ReadRanks',
      actions: ['dynamodb:Query', 'dynamodb:GetItem'],
      resources: [table.table.arn],
    },
    { sid: 'ReadRuns', actions: ['s3:GetObject'], resources: [runs.objects] },
    // Only to who may list a bucket S3 says that an object does not exist, and not that it denies it: a reader whose run was
    // replaced begins again.
    { sid: 'KnowWhichRunsExist', actions: ['s3:ListBucket'], resources: [runs.bucket.arn] },
  ];
}

function declareCompactor(
  scope: StackScope,
  {
    standings,
    table,
    runs,
  }: { standings: DynamoDbTable; table: DynamoDbTable; runs: PrivateBucket },
): LambdaFunction {
  const { config, named, alarms, tags, provider } = scope;
  const compactor = declareFunction(scope, 'rank-compactor', {
    bundle: 'compactor',
    settings: 'compactor',
    description: 'Merges the logs of boards into the runs from which ranks are counted',
    environment: {
      STANDINGS_TABLE_NAME: standings.table.name,
      RANKS_TABLE_NAME: table.table.name,
      RANK_RUNS_BUCKET_NAME: runs.bucket.bucket,
      BOARD_DEFINITIONS: scope.boardDefinitions,
    },
    logLevel: config.standingsLogLevel,
    logRetentionDays: config.logRetentionDays,
    scheduled: true,
    permissions: [
      { sid: 'FindQuietBoards', actions: ['dynamodb:Query'], resources: [standings.table.arn] },
      ...readRanks({ table, runs }),
      {
        sid: 'MergeLogs',
        actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
        resources: [table.table.arn],
      },
      {
        sid: 'WriteRuns',
        actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
        resources: [runs.objects],
      },
    ],
  });
  const alarmOn = (suffix: string, metricName: string, threshold: number, description: string) => {
    thresholdAlarm(
      `rank-compactor-${suffix}`,
      {
        name: `${named('rank-compactor')}-${suffix}`,
        description,
        severity: 'ticket',
        namespace: scope.metricsNamespace,
        metricName,
        dimensions: { service: compactor.serviceName },
        statistic: 'Maximum',
        threshold,
        settings: alarms,
        tags,
      },
      { parent: compactor, provider },
    );
  };
  alarmOn(
    'log-length',
    STANDINGS_METRICS.rankLogItems,
    config.rankLogAlarmItems,
    'The log of a board is long: its ranks stay exact and become expensive to read.',
  );
  alarmOn(
    'log-age',
    STANDINGS_METRICS.rankLogAge,
    config.rankLogAlarmAgeSeconds * 1_000,
    'The log of a board was not merged for long: the compactor does not start, or fails.',
  );
  return compactor;
}
