import { EXPOSED_HEADERS } from '@leaderboard/contracts/read-headers';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, thresholdAlarm } from './alarm.ts';
import type { LambdaFunction } from './lambda-function.ts';

export interface PublicFunctionUrlArgs {
  function: LambdaFunction;
  /** Origins whose pages may read the responses; none: no page of another origin. */
  allowedOrigins: pulumi.Input<string>[];
  /** How long a browser caches a preflight response, in seconds. */
  corsMaxAgeSeconds: pulumi.Input<number>;
  /** The alarm fires at this many 5xx responses in a period. */
  serverErrorAlarmThreshold: pulumi.Input<number>;
  /** The alarm fires when the slowest 1 % of the responses take this long, in milliseconds. */
  latencyAlarmMilliseconds: pulumi.Input<number>;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The public URL of a function that only reads. CORS is set here and nowhere else: if the function sent these headers too, they
 * would be there twice, which browsers reject.
 */
export class PublicFunctionUrl extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(
    name: string,
    args: PublicFunctionUrlArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super('leaderboard:infra:PublicFunctionUrl', name, {}, opts);
    const parent = { parent: this };
    const { function: fn } = args.function;

    const functionUrl = new aws.lambda.FunctionUrl(
      `${name}-url`,
      {
        functionName: fn.name,
        authorizationType: 'NONE',
        invokeMode: 'BUFFERED',
        ...(args.allowedOrigins.length > 0 && {
          cors: {
            allowOrigins: args.allowedOrigins,
            allowMethods: ['GET', 'HEAD'],
            allowHeaders: ['if-none-match'],
            // A browser hides other headers from a page of another origin.
            exposeHeaders: EXPOSED_HEADERS,
            maxAge: args.corsMaxAgeSeconds,
          },
        }),
      },
      parent,
    );
    this.url = functionUrl.functionUrl;

    // A URL that was created since October 2025 needs both permissions (Lambda developer guide: access to function URLs).
    // The provider adds the same two under ids of its own when it creates the URL, and never looks at them again: declared, they are
    // part of every preview, an update restores them, and the local stack enforces them.
    new aws.lambda.Permission(
      `${name}-url-permission`,
      {
        statementId: 'AnyoneMayCallTheUrl',
        action: 'lambda:InvokeFunctionUrl',
        function: fn.name,
        principal: '*',
        functionUrlAuthType: 'NONE',
      },
      parent,
    );
    new aws.lambda.Permission(
      `${name}-invoke-permission`,
      {
        statementId: 'AnyoneMayInvokeByTheUrl',
        action: 'lambda:InvokeFunction',
        function: fn.name,
        principal: '*',
        invokedViaFunctionUrl: true,
      },
      parent,
    );
    const metric = {
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: fn.name },
      settings: args.alarms,
      tags: args.tags,
    };
    thresholdAlarm(
      `${name}-url-errors`,
      {
        ...metric,
        name: pulumi.interpolate`${fn.name}-url-errors`,
        description: pulumi.interpolate`${fn.name} returned server errors; its log group has the reason.`,
        severity: 'page',
        metricName: 'Url5xxCount',
        statistic: 'Sum',
        threshold: args.serverErrorAlarmThreshold,
      },
      parent,
    );
    thresholdAlarm(
      `${name}-url-latency`,
      {
        ...metric,
        name: pulumi.interpolate`${fn.name}-url-latency`,
        description: pulumi.interpolate`1 % of the responses of ${fn.name} are slow: it starts often, or what it reads is slow.`,
        severity: 'ticket',
        metricName: 'UrlRequestLatency',
        statistic: 'p99',
        threshold: args.latencyAlarmMilliseconds,
      },
      parent,
    );

    this.registerOutputs({ url: this.url });
  }
}
