import type * as pulumi from '@pulumi/pulumi';

import { errorRateAlarm } from '../components/alarm.ts';
import { LambdaFunction, type LambdaFunctionArgs } from '../components/lambda-function.ts';
import type { BundleName } from './bundles.ts';
import type { StackScope } from './stack-scope.ts';

export interface FunctionArgs extends Pick<
  LambdaFunctionArgs,
  'description' | 'permissions' | 'consumers'
> {
  bundle: BundleName;
  /** First word of the settings `…MemoryMegabytes`, `…TimeoutSeconds` and `…ReservedConcurrency`. */
  settings:
    | 'processor'
    | 'projector'
    | 'compactor'
    | 'auditor'
    | 'snapshotter'
    | 'api'
    | 'validator'
    | 'router'
    | 'sweep'
    | 'updates';
  /** Variables beside those of the logger and the metrics. */
  environment: Record<string, pulumi.Input<string>>;
  logLevel: string;
  logRetentionDays: number;
  /** Runs on a schedule: nobody waits for it, and a trace of each run would cost more than the run. */
  scheduled?: true;
}

/**
 * Declares a function of the system.
 *
 * @param name its logical name, and its service name in logs, traces and metrics; with the suffix its physical name.
 */
export function declareFunction(
  { config, named, alarms, tags, metricsNamespace, bundles, opts }: StackScope,
  name: string,
  { bundle, settings, environment, logLevel, scheduled, ...args }: FunctionArgs,
): LambdaFunction {
  return new LambdaFunction(
    name,
    {
      ...args,
      name: named(name),
      bundle: bundles[bundle],
      traced: config.tracing === 'active' && scheduled !== true,
      memoryMegabytes: config[`${settings}MemoryMegabytes`],
      timeoutSeconds: config[`${settings}TimeoutSeconds`],
      reservedConcurrency: config[`${settings}ReservedConcurrency`],
      environment: {
        ...environment,
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_LOG_LEVEL: logLevel,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
      },
      permissionsBoundary: config.permissionsBoundaryArn,
      alarms,
      tags,
    },
    opts,
  );
}

/** Declares a function of the intake: with the intake's log settings, and an alarm on the share of runs that fail. */
export function declareIntakeFunction(
  scope: StackScope,
  name: string,
  args: Omit<FunctionArgs, 'logLevel' | 'logRetentionDays'>,
): LambdaFunction {
  const { config, named, alarms, tags } = scope;
  const fn = declareFunction(scope, name, {
    ...args,
    logLevel: config.intakeLogLevel,
    logRetentionDays: config.intakeLogRetentionDays,
  });
  const metric = { namespace: 'AWS/Lambda', dimensions: { FunctionName: fn.function.name } };
  errorRateAlarm(
    `${name}-error-rate`,
    {
      name: `${named(name)}-error-rate`,
      description: `More than ${config.intakeErrorRateAlarmPercent} % of the runs of ${named(name)} fail; its log group has the reasons.`,
      severity: 'ticket',
      errors: { ...metric, metricName: 'Errors' },
      total: { ...metric, metricName: 'Invocations' },
      abovePercent: config.intakeErrorRateAlarmPercent,
      settings: alarms,
      tags,
    },
    { parent: fn },
  );
  return fn;
}
