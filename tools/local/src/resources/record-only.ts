import { ACCOUNT_ID, arn } from '../shared/arn.ts';
import { nameOf, type ResourceProvider, type ResourceProviders } from './provider.ts';

/**
 * Resource types without behaviour: nothing on the local stack evaluates an alarm, draws a dashboard or delivers a
 * notification. A type belongs here only if no function can tell the difference.
 */
export function recordOnlyProviders(region: string): ResourceProviders {
  return {
    'aws:cloudwatch/metricAlarm:MetricAlarm': recorded((name) =>
      arn('cloudwatch', region, `alarm:${name}`),
    ),
    'aws:cloudwatch/dashboard:Dashboard': ({ inputs }) => {
      const name = inputs.string('dashboardName');
      const dashboardArn = `arn:aws:cloudwatch::${ACCOUNT_ID}:dashboard/${name}`;
      return { id: name, outputs: { dashboardArn } };
    },
    'aws:sns/topic:Topic': (resource) => {
      const name = nameOf(resource);
      const topicArn = arn('sns', region, name);
      return { id: topicArn, outputs: { name, arn: topicArn } };
    },
    'aws:scheduler/scheduleGroup:ScheduleGroup': recorded((name) =>
      arn('scheduler', region, `schedule-group/${name}`),
    ),
    // Capacity is not metered on the local stack.
    'aws:appautoscaling/target:Target': ({ inputs }) => {
      const id = `${inputs.string('resourceId')}/${inputs.string('scalableDimension')}`;
      const targetArn = arn('application-autoscaling', region, `scalable-target/${id}`);
      const names = ['serviceNamespace', 'resourceId', 'scalableDimension'] as const;
      const outputs = Object.fromEntries(names.map((name) => [name, inputs.string(name)]));
      return { id, outputs: { ...outputs, arn: targetArn } };
    },
    'aws:appautoscaling/policy:Policy': recorded((name) =>
      arn('autoscaling', region, `scalingPolicy:${name}`),
    ),
    'pulumi:providers:aws': ({ name }) => ({ id: name, outputs: {} }),
  };
}

/** Gives a resource its name and ARN and nothing else. */
function recorded(arnOf: (name: string) => string): ResourceProvider {
  return (resource) => {
    const name = nameOf(resource);
    return { id: name, outputs: { name, arn: arnOf(name) } };
  };
}
