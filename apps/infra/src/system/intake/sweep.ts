import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';
import { UNROUTED_INDEX } from '@leaderboard/tables';
import type * as aws from '@pulumi/aws';

import { thresholdAlarm } from '../../components/alarm.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import { ScheduledFunction } from '../../components/scheduled-function.ts';
import { declareIntakeFunction } from '../function.ts';
import type { StackScope } from '../stack-scope.ts';
import { type Routing, routingVariables, sendEvents } from './event-queues.ts';
import { LEAST_EVENT_AGE_SECONDS } from './router.ts';

export interface Sweep {
  sweep: LambdaFunction;
  sweepSchedule: aws.scheduler.Schedule;
}

/** Declares the function that routes, every minute, the events that the router did not. */
export function declareSweep(
  scope: StackScope,
  routing: Routing,
  scheduleGroup: aws.scheduler.ScheduleGroup,
): Sweep {
  const { config, named, alarms, tags, opts } = scope;
  const { events, failures } = routing;
  const sweep = declareIntakeFunction(scope, 'event-sweep', {
    bundle: 'sweep',
    settings: 'sweep',
    scheduled: true,
    description: 'Brings webhook events to their queues that the router did not',
    environment: {
      ...routingVariables(scope, routing),
      SWEEP_MIN_AGE_SECONDS: String(config.sweepMinAgeSeconds),
    },
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
      sendEvents(routing),
    ],
  });
  declareOldestUnroutedAlarm(scope, sweep);
  const { schedule } = new ScheduledFunction(
    'event-sweep-schedule',
    {
      name: named('event-sweep-every-minute'),
      group: scheduleGroup,
      function: sweep,
      everyMinutes: 1,
      input: {},
      deliveryRetries: config.scheduleDeliveryRetries,
      deliveryAgeSeconds: config.scheduleDeliveryAgeSeconds,
      // The next run does the work of one that failed.
      runRetries: 0,
      runAgeSeconds: LEAST_EVENT_AGE_SECONDS,
      deadLetters: failures,
      permissionsBoundary: config.permissionsBoundaryArn,
      heartbeatSeverity: 'page',
      alarms,
      tags,
    },
    opts,
  );
  return { sweep, sweepSchedule: schedule };
}

function declareOldestUnroutedAlarm(scope: StackScope, sweep: LambdaFunction): void {
  const { config, named, alarms, tags } = scope;
  thresholdAlarm(
    'event-sweep-oldest-unrouted',
    {
      name: `${named('event-sweep')}-oldest-unrouted`,
      description: 'Accepted webhook events do not get to their queue: router and sweep both fail.',
      severity: 'page',
      namespace: scope.metricsNamespace,
      metricName: INTAKE_METRICS.oldestUnroutedAge,
      dimensions: { service: sweep.serviceName },
      statistic: 'Maximum',
      threshold: config.webhookMessageAgeAlarmSeconds,
      aboveOnly: true,
      settings: alarms,
      tags,
    },
    { parent: sweep },
  );
}
