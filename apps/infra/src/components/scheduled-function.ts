import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, heartbeatAlarm, type Severity } from './alarm.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { requirePhysicalName } from './physical-name.ts';
import { allowPolicy, boundedBy, trustPolicyFor } from './policy.ts';

export interface ScheduledFunctionArgs {
  /** Physical name of the schedule. */
  name: string;
  group: aws.scheduler.ScheduleGroup;
  function: LambdaFunction;
  everyMinutes: number;
  /** The event of the function. */
  input: Record<string, unknown>;
  /** How often Scheduler retries a run that Lambda does not accept, and for how long. */
  deliveryRetries: pulumi.Input<number>;
  deliveryAgeSeconds: pulumi.Input<number>;
  /** How often Lambda retries a run that failed, 0 to 2, and how old it may get. */
  runRetries: pulumi.Input<number>;
  runAgeSeconds: pulumi.Input<number>;
  /** Receives runs that Lambda did not accept, and runs that failed permanently. */
  deadLetters: DeadLetterQueue;
  /** ARN of the policy that bounds what the role may be allowed; undefined: none. */
  permissionsBoundary: string | undefined;
  /** Of the alarm that fires when the function does not run. */
  heartbeatSeverity: Severity;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A function that EventBridge Scheduler starts, asynchronously, with its own role; an alarm fires when it does not run. */
export class ScheduledFunction extends pulumi.ComponentResource {
  readonly schedule: aws.scheduler.Schedule;

  constructor(
    name: string,
    args: ScheduledFunctionArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    const scheduleName = requirePhysicalName(args.name, 'schedule');
    super('leaderboard:infra:ScheduledFunction', name, {}, opts);
    const parent = { parent: this };
    const { function: fn, role: functionRole } = args.function;
    const deadLetterArn = args.deadLetters.queue.arn;

    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: scheduleName,
        description: `What the schedule ${scheduleName} may do`,
        // Scheduler names the group of the schedule, not the schedule.
        assumeRolePolicy: trustPolicyFor('scheduler.amazonaws.com', args.group.arn),
        ...boundedBy(args.permissionsBoundary),
        tags: args.tags,
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: 'schedule',
        role: role.name,
        policy: allowPolicy([
          { sid: 'StartRun', actions: ['lambda:InvokeFunction'], resources: [fn.arn] },
          {
            sid: 'KeepUndeliveredRuns',
            actions: ['sqs:SendMessage'],
            resources: [deadLetterArn],
          },
        ]),
      },
      parent,
    );
    const destinationPolicy = new aws.iam.RolePolicy(
      `${name}-destination-policy`,
      {
        name: 'failed-runs',
        role: functionRole.name,
        policy: allowPolicy([
          { sid: 'KeepFailedRuns', actions: ['sqs:SendMessage'], resources: [deadLetterArn] },
        ]),
      },
      parent,
    );
    const invokeConfig = new aws.lambda.FunctionEventInvokeConfig(
      `${name}-invocation`,
      {
        functionName: fn.name,
        maximumRetryAttempts: args.runRetries,
        maximumEventAgeInSeconds: args.runAgeSeconds,
        destinationConfig: { onFailure: { destination: deadLetterArn } },
      },
      // Lambda checks at creation that the function may write to its destination.
      { parent: this, dependsOn: [destinationPolicy] },
    );
    this.schedule = new aws.scheduler.Schedule(
      `${name}-schedule`,
      {
        name: scheduleName,
        groupName: args.group.name,
        scheduleExpression: `rate(${args.everyMinutes} ${args.everyMinutes === 1 ? 'minute' : 'minutes'})`,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: fn.arn,
          roleArn: role.arn,
          input: JSON.stringify(args.input),
          retryPolicy: {
            maximumRetryAttempts: args.deliveryRetries,
            maximumEventAgeInSeconds: args.deliveryAgeSeconds,
          },
          deadLetterConfig: { arn: deadLetterArn },
        },
      },
      { parent: this, dependsOn: [policy, invokeConfig] },
    );
    heartbeatAlarm(
      `${name}-heartbeat`,
      {
        name: pulumi.interpolate`${fn.name}-heartbeat`,
        description: pulumi.interpolate`${fn.name} does not run: look at its schedule ${scheduleName}.`,
        severity: args.heartbeatSeverity,
        functionName: fn.name,
        everySeconds: 60 * args.everyMinutes,
        settings: args.alarms,
        tags: args.tags,
      },
      parent,
    );
    args.function.watchAsynchronousEvents();

    this.registerOutputs({ scheduleName: this.schedule.name });
  }
}
