import type * as pulumi from '@pulumi/pulumi';

import type { LambdaFunction } from '../components/lambda-function.ts';
import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import { CachedUrl } from '../components/cached-url.ts';
import type { CustomDomain } from '../components/custom-domain.ts';
import { PublicFunctionUrl } from '../components/public-function-url.ts';
import { type SiteFile, StaticSite } from '../components/static-site.ts';
import { declareFunction } from './function.ts';
import { readRanks } from './ranks.ts';
import type { StackScope } from './stack-scope.ts';
import type { Standings } from './standings.ts';

export interface ReadingArgs {
  ledger: DynamoDbTable;
  standings: Standings;
  snapshots: DynamoDbTable;
  /** The built dashboard. */
  dashboardFiles: SiteFile[];
}

export interface Reading {
  api: LambdaFunction;
  apiUrl: pulumi.Output<string>;
  /** Undefined without a shared cache. */
  cachedApiUrl: pulumi.Output<string> | undefined;
  /** Undefined without a dashboard. */
  dashboardUrl: pulumi.Output<string> | undefined;
}

/**
 * Declares the read API and the dashboard. Each needs the URL of the other: that of the page exists first. So the URL of the API waits
 * for the distribution, and nothing else does.
 */
export function declareReading(scope: StackScope, args: ReadingArgs): Reading {
  const { config, named, alarms, tags, opts } = scope;
  const site =
    config.dashboard === 'none'
      ? undefined
      : new StaticSite(
          'dashboard',
          {
            name: named('leaderboard-dashboard'),
            description: `Leaderboard (${config.environmentSuffix})`,
            priceClass: config.dashboardPriceClass,
            domain: edgeDomain(scope, config.dashboardDomain),
            tags,
          },
          opts,
        );
  const allowedOrigins = [
    ...(site === undefined ? [] : [site.url]),
    ...(config.dashboardDomain === undefined ? [] : [`https://${config.dashboardDomain}`]),
  ];
  const api = declareApi(scope, args);
  const { url } = new PublicFunctionUrl(
    'leaderboard-api',
    {
      function: api,
      allowedOrigins,
      corsMaxAgeSeconds: config.corsMaxAgeSeconds,
      serverErrorAlarmThreshold: config.apiServerErrorAlarmThreshold,
      latencyAlarmMilliseconds: config.apiLatencyAlarmMilliseconds,
      alarms,
      tags,
    },
    opts,
  );
  const cached = config.apiCache === 'none' ? undefined : cacheOf(scope, url, allowedOrigins);
  site?.publish({ files: args.dashboardFiles, apiUrl: cached?.url ?? url });
  return { api, apiUrl: url, cachedApiUrl: cached?.url, dashboardUrl: site?.url };
}

function cacheOf(
  scope: StackScope,
  originUrl: pulumi.Output<string>,
  allowedOrigins: pulumi.Input<string>[],
): CachedUrl {
  const { config, named, tags, opts } = scope;
  return new CachedUrl(
    'leaderboard-api-cache',
    {
      name: named('leaderboard-api'),
      description: `Read API of the leaderboard (${config.environmentSuffix})`,
      originUrl,
      allowedOrigins,
      corsMaxAgeSeconds: config.corsMaxAgeSeconds,
      priceClass: config.dashboardPriceClass,
      domain: edgeDomain(scope, config.apiDomain),
      tags,
    },
    opts,
  );
}

function edgeDomain({ config }: StackScope, name: string | undefined): CustomDomain | undefined {
  const { edgeCertificateArn: certificateArn } = config;
  return name === undefined || certificateArn === undefined ? undefined : { name, certificateArn };
}

function declareApi(
  scope: StackScope,
  { ledger, standings, snapshots }: ReadingArgs,
): LambdaFunction {
  const { config } = scope;
  const { table, ranks, queue, pipeDeadLetters } = standings;
  return declareFunction(scope, 'leaderboard-api', {
    bundle: 'leaderboard-api',
    settings: 'api',
    description: 'Serves reads of leaderboards, players and snapshots',
    environment: {
      STANDINGS_TABLE_NAME: table.table.name,
      RANKS_TABLE_NAME: ranks.table.table.name,
      RANK_RUNS_BUCKET_NAME: ranks.runs.bucket.bucket,
      LEDGER_TABLE_NAME: ledger.table.name,
      SNAPSHOTS_TABLE_NAME: snapshots.table.name,
      STANDINGS_QUEUE_URL: queue.queue.url,
      PIPE_DLQ_URL: pipeDeadLetters.queue.url,
      BOARD_DEFINITIONS: scope.boardDefinitions,
    },
    logLevel: config.apiLogLevel,
    logRetentionDays: config.logRetentionDays,
    permissions: [
      {
        sid: 'ReadStandings',
        actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
        resources: [table.table.arn],
      },
      ...readRanks(ranks),
      {
        sid: 'ReadSnapshots',
        actions: ['dynamodb:GetItem', 'dynamodb:Query'],
        resources: [snapshots.table.arn],
      },
      { sid: 'ReadHistory', actions: ['dynamodb:Query'], resources: [ledger.table.arn] },
      {
        sid: 'TellTablesApart',
        actions: ['dynamodb:DescribeTable'],
        resources: [ledger.table.arn, table.table.arn, ranks.table.table.arn],
      },
      {
        sid: 'MeasureLag',
        actions: ['sqs:GetQueueAttributes'],
        resources: [queue.queue.arn, pipeDeadLetters.queue.arn],
      },
    ],
  });
}
