import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

import type { AlarmSettings } from './alarm.ts';

/** A CloudWatch metric, summed over the period. */
export interface CountedMetric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
}

export interface ErrorRateAlarmArgs {
  /** Physical name. */
  name: pulumi.Input<string>;
  /** What it means when it fires and where to look first. */
  description: pulumi.Input<string>;
  errors: CountedMetric;
  total: CountedMetric;
  /** The alarm fires when more than this share of the total are errors. */
  abovePercent: pulumi.Input<number>;
  settings: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An alarm on a share in percent, computed by CloudWatch from two counts. A period without requests has no rate and
 * counts as healthy.
 *
 * @example
 * errorRateAlarm('api-5xx', { errors: { metricName: '5XXError', ... }, total: { metricName: 'Count', ... }, abovePercent: 1, ... }, { parent: this });
 */
export function errorRateAlarm(
  name: string,
  args: ErrorRateAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { topicArn, periodSeconds } = args.settings;
  const actions = topicArn === undefined ? [] : [topicArn];
  const summed = (id: string, metric: CountedMetric) => ({
    id,
    metric: { ...metric, stat: 'Sum', period: periodSeconds },
  });
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: args.name,
      alarmDescription: args.description,
      metricQueries: [
        summed('errors', args.errors),
        summed('total', args.total),
        {
          id: 'rate',
          label: 'Errors in percent',
          expression: 'IF(total > 0, 100 * FILL(errors, 0) / total)',
          returnData: true,
        },
      ],
      comparisonOperator: 'GreaterThanThreshold',
      threshold: args.abovePercent,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
      tags: args.tags,
    },
    opts,
  );
}
