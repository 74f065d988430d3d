import { SNAPSHOTS_TABLE } from '@leaderboard/tables';
import type * as aws from '@pulumi/aws';

import type { LambdaFunction } from '../components/lambda-function.ts';
import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import { ScheduledFunction } from '../components/scheduled-function.ts';
import { declareFunction } from './function.ts';
import { readRanks } from './ranks.ts';
import type { Schedules } from './schedules.ts';
import type { StackScope } from './stack-scope.ts';
import type { Standings } from './standings.ts';
import { declareTable } from './table.ts';

export interface Snapshots {
  table: DynamoDbTable;
  snapshotter: LambdaFunction;
  schedule: aws.scheduler.Schedule;
}

/** Declares the snapshots of the boards, and the snapshotter that takes them on a schedule. */
export function declareSnapshots(
  scope: StackScope,
  standings: Standings,
  schedules: Schedules,
): Snapshots {
  const { config, named, alarms, tags, opts } = scope;
  const table = declareTable(scope, SNAPSHOTS_TABLE);
  const snapshotter = declareSnapshotter(scope, standings, table);
  const { schedule } = new ScheduledFunction(
    'standings-snapshot',
    {
      name: named('standings-snapshot'),
      group: schedules.group,
      function: snapshotter,
      everyMinutes: config.snapshotEveryMinutes,
      input: {},
      deliveryRetries: config.scheduleDeliveryRetries,
      deliveryAgeSeconds: config.scheduleDeliveryAgeSeconds,
      runRetries: config.snapshotterRunRetries,
      runAgeSeconds: config.snapshotterRunAgeSeconds,
      deadLetters: schedules.failures,
      permissionsBoundary: config.permissionsBoundaryArn,
      // Live reads do not need snapshots.
      heartbeatSeverity: 'ticket',
      alarms,
      tags,
    },
    opts,
  );
  return { table, snapshotter, schedule };
}

function declareSnapshotter(
  scope: StackScope,
  { table, ranks }: Standings,
  snapshots: DynamoDbTable,
): LambdaFunction {
  const { config } = scope;
  return declareFunction(scope, 'standings-snapshotter', {
    bundle: 'snapshotter',
    settings: 'snapshotter',
    description: 'Stores the top of every board and window that changed',
    environment: {
      STANDINGS_TABLE_NAME: table.table.name,
      RANKS_TABLE_NAME: ranks.table.table.name,
      RANK_RUNS_BUCKET_NAME: ranks.runs.bucket.bucket,
      SNAPSHOTS_TABLE_NAME: snapshots.table.name,
      SNAPSHOT_SIZE: String(config.snapshotSize),
      SNAPSHOT_TTL_DAYS: String(config.snapshotTtlDays),
      BOARD_DEFINITIONS: scope.boardDefinitions,
    },
    logLevel: config.standingsLogLevel,
    logRetentionDays: config.logRetentionDays,
    scheduled: true,
    permissions: [
      {
        sid: 'ReadBoardsAndKeepTotals',
        actions: ['dynamodb:Query', 'dynamodb:UpdateItem'],
        resources: [table.table.arn],
      },
      ...readRanks(ranks),
      {
        sid: 'KeepSnapshots',
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        resources: [snapshots.table.arn],
      },
    ],
  });
}
