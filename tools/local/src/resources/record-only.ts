import { ACCOUNT_ID, arn } from '../shared/arn.ts';
import type { ResourceProvider } from './stack-context.ts';

/** Gives a resource its name and ARN and nothing else: it has no behaviour on the local stack. */
function recorded(arnOf: (name: string, region: string) => string): ResourceProvider {
  return ({ name: logicalName, inputs }, stack) => {
    const name = inputs.optionalText('name') ?? logicalName;
    return { id: name, outputs: { name, arn: arnOf(name, stack.region) } };
  };
}

/**
 * Resource types that exist in the graph only. Nothing on the local stack evaluates an alarm, draws a dashboard or
 * delivers a notification. A type belongs here only when no function can tell the difference.
 */
export const recordOnlyResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:cloudwatch/metricAlarm:MetricAlarm': recorded((name, region) =>
    arn('cloudwatch', region, `alarm:${name}`),
  ),
  'aws:cloudwatch/dashboard:Dashboard': ({ inputs }) => {
    const name = inputs.text('dashboardName');
    const dashboardArn = `arn:aws:cloudwatch::${ACCOUNT_ID}:dashboard/${name}`;
    return { id: name, outputs: { dashboardArn } };
  },
  'aws:sns/topic:Topic': ({ name: logicalName, inputs }, stack) => {
    const name = inputs.optionalText('name') ?? logicalName;
    const topicArn = arn('sns', stack.region, name);
    return { id: topicArn, outputs: { name, arn: topicArn } };
  },
  'aws:scheduler/scheduleGroup:ScheduleGroup': recorded((name, region) =>
    arn('scheduler', region, `schedule-group/${name}`),
  ),
  'pulumi:providers:aws': ({ name }) => ({ id: name, outputs: {} }),
};
