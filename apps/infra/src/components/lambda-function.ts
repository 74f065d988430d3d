import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, thresholdAlarm } from './alarm.ts';
import { requirePhysicalName } from './physical-name.ts';
import { allowPolicy, boundedBy, type Permission, trustPolicy } from './policy.ts';

export interface LambdaFunctionArgs {
  /** Physical name. */
  name: string;
  description: pulumi.Input<string>;
  /** Absolute path of the folder with `index.mjs`, which exports `handler`. */
  bundle: string;
  memoryMegabytes: pulumi.Input<number>;
  timeoutSeconds: pulumi.Input<number>;
  /** Reserved concurrency; `none` reserves nothing. */
  reservedConcurrency: number | 'none';
  environment: Record<string, pulumi.Input<string>>;
  logRetentionDays: pulumi.Input<number>;
  /** Record traces of its own accord: of one invocation a second and of 5 % of the others. */
  traced: boolean;
  /** What the function may do, apart from writing its own logs and traces. */
  permissions: Permission[];
  /**
   * Functions that read what this one writes: an update replaces their code first, so that none meets a form that it does not know.
   * @default none
   */
  consumers?: readonly LambdaFunction[];
  /** ARN of the policy that bounds what the role may be allowed; undefined: none. */
  permissionsBoundary: string | undefined;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A function with its own log group, its own role, and alarms on errors and throttles. */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  readonly role: aws.iam.Role;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** Name of the function in the metrics that it emits; without `POWERTOOLS_SERVICE_NAME`, the default of Powertools. */
  readonly serviceName: pulumi.Input<string>;
  readonly #name: string;
  readonly #args: LambdaFunctionArgs;

  constructor(name: string, args: LambdaFunctionArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const functionName = requirePhysicalName(args.name, 'function');
    super('leaderboard:infra:LambdaFunction', name, {}, opts);
    this.#name = name;
    this.#args = args;
    const parent = { parent: this };
    this.serviceName = args.environment['POWERTOOLS_SERVICE_NAME'] ?? 'service_undefined';

    this.logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: `/aws/lambda/${functionName}`,
        retentionInDays: args.logRetentionDays,
        tags: args.tags,
      },
      parent,
    );
    this.role = new aws.iam.Role(
      `${name}-role`,
      {
        name: functionName,
        description: `What ${functionName} may do`,
        assumeRolePolicy: trustPolicy('lambda.amazonaws.com'),
        ...boundedBy(args.permissionsBoundary),
        tags: args.tags,
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: 'function',
        role: this.role.name,
        policy: allowPolicy([
          writeOwnLogs(this.logGroup),
          ...(args.traced ? [WRITE_TRACES] : []),
          ...args.permissions,
        ]),
      },
      parent,
    );

    this.function = new aws.lambda.Function(
      `${name}-function`,
      {
        name: functionName,
        description: args.description,
        runtime: 'nodejs24.x',
        architectures: ['arm64'],
        handler: 'index.handler',
        code: new pulumi.asset.FileArchive(args.bundle),
        memorySize: args.memoryMegabytes,
        timeout: args.timeoutSeconds,
        ...(args.reservedConcurrency !== 'none' && {
          reservedConcurrentExecutions: args.reservedConcurrency,
        }),
        role: this.role.arn,
        environment: { variables: args.environment },
        tracingConfig: { mode: args.traced ? 'Active' : 'PassThrough' },
        // Lambda writes a line of its own only about an invocation that fails: START, END and REPORT of every other one are more
        // than what the function logs, and the metrics have what they say. All lines of the function pass: its own logger
        // decides its level, and embedded metrics have none.
        loggingConfig: {
          logGroup: this.logGroup.name,
          logFormat: 'JSON',
          applicationLogLevel: 'TRACE',
          systemLogLevel: 'WARN',
        },
        tags: args.tags,
      },
      // An early invocation must find the permission to write its logs.
      {
        parent: this,
        dependsOn: [policy, ...(args.consumers ?? []).map((consumer) => consumer.function)],
      },
    );

    thresholdAlarm(
      `${name}-errors`,
      {
        ...functionMetric(this.function, 'Errors'),
        name: `${functionName}-errors`,
        description: `${functionName} crashed or timed out; its log group has the reason.`,
        severity: 'ticket',
        settings: args.alarms,
        tags: args.tags,
      },
      parent,
    );
    thresholdAlarm(
      `${name}-throttles`,
      {
        ...functionMetric(this.function, 'Throttles'),
        name: `${functionName}-throttles`,
        description: `${functionName} was refused an instance: raise its concurrency or the account's quota.`,
        severity: 'ticket',
        settings: args.alarms,
        tags: args.tags,
      },
      parent,
    );

    this.registerOutputs({ functionName: this.function.name, logGroupName: this.logGroup.name });
  }

  /** Declares the alarm of a function that is invoked asynchronously: on events for which Lambda had no run that succeeded. */
  watchAsynchronousEvents(): void {
    const { name, alarms, tags } = this.#args;
    thresholdAlarm(
      `${this.#name}-dropped-events`,
      {
        ...functionMetric(this.function, 'AsyncEventsDropped'),
        name: `${name}-dropped-events`,
        description: `Lambda gave up events of ${name}: they failed or waited too long; its dead-letter queue should have them.`,
        severity: 'ticket',
        settings: alarms,
        tags,
      },
      { parent: this },
    );
  }
}

function writeOwnLogs(logGroup: aws.cloudwatch.LogGroup): Permission {
  return {
    sid: 'WriteOwnLogs',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [pulumi.interpolate`${logGroup.arn}:*`],
  };
}

const WRITE_TRACES: Permission = {
  sid: 'XRayHasNoResourceLevelPermissions',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
};

function functionMetric(fn: aws.lambda.Function, metricName: string) {
  return {
    namespace: 'AWS/Lambda',
    metricName,
    dimensions: { FunctionName: fn.name },
    statistic: 'Sum',
    threshold: 1,
  } as const;
}
