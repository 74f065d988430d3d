import type * as pulumi from '@pulumi/pulumi';

import { errorRateAlarm } from '../../components/error-rate-alarm.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { StackScope } from '../stack-scope.ts';

/** What the functions of the intake share. `name` is the function's name without the suffix, and its service name. */
export function intakeFunctionArgs(
  { config, named, alarms, tags, metricsNamespace, bundleOf }: StackScope,
  name: string,
  bundle: string,
  environment: Record<string, pulumi.Input<string>>,
) {
  return {
    name: named(name),
    bundle: bundleOf('intake', bundle),
    environment: {
      ...environment,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_LOG_LEVEL: config.intakeLogLevel,
      POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
    },
    logRetentionDays: config.intakeLogRetentionDays,
    alarms,
    tags,
  };
}

/** An alarm on the share of a function's runs that fail. */
export function functionErrorRateAlarm(
  { config, named, alarms, tags }: StackScope,
  name: string,
  fn: LambdaFunction,
): void {
  const metric = { namespace: 'AWS/Lambda', dimensions: { FunctionName: fn.function.name } };
  errorRateAlarm(
    `${name}-error-rate`,
    {
      name: `${named(name)}-error-rate`,
      description: `More than ${config.intakeErrorRateAlarmPercent} % of the runs of ${named(name)} fail; its log group has the reasons.`,
      errors: { ...metric, metricName: 'Errors' },
      total: { ...metric, metricName: 'Invocations' },
      abovePercent: config.intakeErrorRateAlarmPercent,
      settings: alarms,
      tags,
    },
    { parent: fn },
  );
}
