import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';
import * as aws from '@pulumi/aws';

import { thresholdAlarm } from '../../components/alarm.ts';
import { DeadLetterQueue } from '../../components/dead-letter-queue.ts';
import { EventQueue } from '../../components/event-queue.ts';
import { LambdaFunction } from '../../components/lambda-function.ts';
import { OnDemandTable } from '../../components/on-demand-table.ts';
import { allowPolicy, type Permission } from '../../components/policy.ts';
import { ScheduledFunction } from '../../components/scheduled-function.ts';
import { functionErrorRateAlarm, intakeFunctionArgs } from './function.ts';
import type { StackScope } from '../stack-scope.ts';

/** Index of the events that are owed to their queue, and of no others. */
export const UNROUTED_INDEX = 'unrouted';

/** Least age that Lambda lets an asynchronous event reach, in s (Lambda API: PutFunctionEventInvokeConfig). */
const LEAST_EVENT_AGE_SECONDS = 60;

/** The queues of the transaction types. */
export interface EventQueues {
  payments: EventQueue;
  refunds: EventQueue;
  disputes: EventQueue;
}

export interface Webhooks {
  events: OnDemandTable;
  queues: EventQueues;
  /** Invocations of router and sweep that failed for good. */
  failures: DeadLetterQueue;
  validator: LambdaFunction;
  router: LambdaFunction;
  sweepSchedule: aws.scheduler.Schedule;
}

/** Declares the way of a webhook behind the API: accepted by the validator, brought to its queue by router or sweep. */
export function declareWebhooks(
  scope: StackScope,
  scheduleGroup: aws.scheduler.ScheduleGroup,
): Webhooks {
  const events = declareEvents(scope);
  const queues = {
    payments: eventQueue(scope, 'payments'),
    refunds: eventQueue(scope, 'refunds'),
    disputes: eventQueue(scope, 'disputes'),
  };
  const failures = declareFailures(scope);
  const router = declareRouter(scope, events, queues, failures);
  const validator = declareValidator(scope, events, router);
  const sweepSchedule = declareSweep(scope, events, queues, failures, scheduleGroup);
  return { events, queues, failures, validator, router, sweepSchedule };
}

function declareEvents({ config, named, tags, opts }: StackScope): OnDemandTable {
  return new OnDemandTable(
    'transaction-events',
    {
      name: named('transaction-events'),
      partitionKey: { name: 'event_id', type: 'S' },
      indexes: [
        {
          name: UNROUTED_INDEX,
          partitionKey: { name: 'unrouted', type: 'S' },
          sortKey: { name: 'received_at', type: 'S' },
          projection: 'KEYS_ONLY',
        },
      ],
      expiryAttribute: 'expires_at',
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );
}

function eventQueue(scope: StackScope, name: string): EventQueue {
  const { config, named, alarms, tags, opts } = scope;
  return new EventQueue(
    name,
    {
      name: named(name),
      retentionSeconds: config.webhookQueueRetentionSeconds,
      visibilityTimeoutSeconds: config.webhookQueueVisibilityTimeoutSeconds,
      maxReceiveCount: config.webhookMaxReceiveCount,
      messageAgeAlarmSeconds: config.webhookMessageAgeAlarmSeconds,
      deadLetters: {
        name: named(`${name}-dlq`),
        depthAlarmThreshold: config.webhookDlqDepthAlarmThreshold,
      },
      alarms,
      tags,
    },
    opts,
  );
}

function declareFailures({ config, named, alarms, tags, opts }: StackScope): DeadLetterQueue {
  return new DeadLetterQueue(
    'webhook-failures',
    {
      name: named('webhook-failures'),
      meaning:
        'Runs of the event router or of the sweep failed for good; the sweep still owes the events and goes on.',
      retentionSeconds: config.dlqRetentionSeconds,
      visibilityTimeoutSeconds: config.dlqVisibilityTimeoutSeconds,
      depthAlarmThreshold: config.webhookDlqDepthAlarmThreshold,
      messageAgeAlarmSeconds: config.deadLetterAgeAlarmSeconds,
      alarms,
      tags,
    },
    opts,
  );
}

function declareRouter(
  scope: StackScope,
  events: OnDemandTable,
  queues: EventQueues,
  failures: DeadLetterQueue,
): LambdaFunction {
  const { config, opts } = scope;
  const router = new LambdaFunction(
    'event-router',
    {
      ...intakeFunctionArgs(
        scope,
        'event-router',
        'router',
        routingVariables(scope, events, queues),
      ),
      description: 'Sends an accepted webhook event to the queue of its type',
      memoryMegabytes: config.routerMemoryMegabytes,
      timeoutSeconds: config.routerTimeoutSeconds,
      reservedConcurrency: config.routerReservedConcurrency,
      permissions: [
        sendEvents(queues),
        {
          sid: 'MarkAsRouted',
          actions: ['dynamodb:UpdateItem'],
          resources: [events.table.arn],
        },
      ],
    },
    opts,
  );
  functionErrorRateAlarm(scope, 'event-router', router);
  keepFailedInvocations(scope, router, failures);
  return router;
}

function keepFailedInvocations(
  { config }: StackScope,
  router: LambdaFunction,
  failures: DeadLetterQueue,
): void {
  const policy = new aws.iam.RolePolicy(
    'event-router-destination-policy',
    {
      name: 'failed-invocations',
      role: router.role.name,
      policy: allowPolicy([
        {
          sid: 'KeepFailedInvocations',
          actions: ['sqs:SendMessage'],
          resources: [failures.queue.arn],
        },
      ]),
    },
    { parent: router },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    'event-router-invocation',
    {
      functionName: router.function.name,
      maximumRetryAttempts: config.routerRetryAttempts,
      // Older events are the sweep's.
      maximumEventAgeInSeconds: Math.max(LEAST_EVENT_AGE_SECONDS, config.sweepMinAgeSeconds),
      destinationConfig: { onFailure: { destination: failures.queue.arn } },
    },
    // Lambda checks at creation that the function may write to its destination.
    { parent: router, dependsOn: [policy] },
  );
}

function declareValidator(
  scope: StackScope,
  events: OnDemandTable,
  router: LambdaFunction,
): LambdaFunction {
  const { config, opts } = scope;
  const { webhookSecretArn } = config;
  const validator = new LambdaFunction(
    'webhook-validator',
    {
      ...intakeFunctionArgs(scope, 'webhook-validator', 'validator', {
        DYNAMODB_TABLE: events.table.name,
        ROUTER_LAMBDA_NAME: router.function.name,
        ...(webhookSecretArn !== undefined && { SIGNATURE_SECRET_ID: webhookSecretArn }),
      }),
      description: 'Checks webhook events, stores them and hands them to the router',
      memoryMegabytes: config.validatorMemoryMegabytes,
      timeoutSeconds: config.validatorTimeoutSeconds,
      reservedConcurrency: config.validatorReservedConcurrency,
      permissions: [
        { sid: 'StoreEvents', actions: ['dynamodb:PutItem'], resources: [events.table.arn] },
        {
          sid: 'InvokeRouter',
          actions: ['lambda:InvokeFunction'],
          resources: [router.function.arn],
        },
        ...(webhookSecretArn === undefined
          ? []
          : [
              {
                sid: 'ReadSignatureSecret',
                actions: ['secretsmanager:GetSecretValue'],
                resources: [webhookSecretArn],
              },
            ]),
      ],
    },
    opts,
  );
  functionErrorRateAlarm(scope, 'webhook-validator', validator);
  return validator;
}

function declareSweep(
  scope: StackScope,
  events: OnDemandTable,
  queues: EventQueues,
  failures: DeadLetterQueue,
  scheduleGroup: aws.scheduler.ScheduleGroup,
): aws.scheduler.Schedule {
  const { config, named, alarms, tags, opts } = scope;
  const sweep = new LambdaFunction(
    'event-sweep',
    {
      ...intakeFunctionArgs(scope, 'event-sweep', 'sweep', {
        ...routingVariables(scope, events, queues),
        SWEEP_MIN_AGE_SECONDS: String(config.sweepMinAgeSeconds),
      }),
      description: 'Brings webhook events to their queues that the router did not',
      memoryMegabytes: config.sweepMemoryMegabytes,
      timeoutSeconds: config.sweepTimeoutSeconds,
      reservedConcurrency: config.sweepReservedConcurrency,
      permissions: [
        {
          sid: 'FindUnrouted',
          actions: ['dynamodb:Query'],
          resources: [events.indexArn(UNROUTED_INDEX)],
        },
        {
          sid: 'ReadAndMarkAsRouted',
          actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
          resources: [events.table.arn],
        },
        sendEvents(queues),
      ],
    },
    opts,
  );
  functionErrorRateAlarm(scope, 'event-sweep', sweep);
  thresholdAlarm(
    'event-sweep-oldest-unrouted',
    {
      name: `${named('event-sweep')}-oldest-unrouted`,
      description: 'Accepted webhook events do not get to their queue: router and sweep both fail.',
      namespace: scope.metricsNamespace,
      metricName: INTAKE_METRICS.oldestUnroutedAge,
      dimensions: { service: 'event-sweep' },
      statistic: 'Maximum',
      threshold: config.webhookMessageAgeAlarmSeconds,
      aboveOnly: true,
      settings: alarms,
      tags,
    },
    { parent: sweep },
  );
  return new ScheduledFunction(
    'event-sweep-schedule',
    {
      name: named('event-sweep-every-minute'),
      group: scheduleGroup,
      function: sweep,
      expression: 'rate(1 minute)',
      input: {},
      deliveryRetries: config.scheduleDeliveryRetries,
      deliveryAgeSeconds: config.scheduleDeliveryAgeSeconds,
      // The next run does the work of one that failed.
      runRetries: 0,
      runAgeSeconds: LEAST_EVENT_AGE_SECONDS,
      deadLetters: failures,
      tags,
    },
    opts,
  ).schedule;
}

function routingVariables(
  { config }: StackScope,
  events: OnDemandTable,
  { payments, refunds, disputes }: EventQueues,
) {
  return {
    DYNAMODB_TABLE: events.table.name,
    PAYMENTS_QUEUE_URL: payments.queue.url,
    REFUNDS_QUEUE_URL: refunds.queue.url,
    DISPUTES_QUEUE_URL: disputes.queue.url,
    EVENT_TTL_DAYS: String(config.webhookEventTtlDays),
  };
}

function sendEvents({ payments, refunds, disputes }: EventQueues): Permission {
  return {
    sid: 'SendEvents',
    actions: ['sqs:SendMessage'],
    resources: [payments.queue.arn, refunds.queue.arn, disputes.queue.arn],
  };
}
