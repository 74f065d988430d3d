import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** What every alarm of a stack shares. */
export interface AlarmSettings {
  /** Period over which the metric is evaluated, in seconds; a multiple of 60. */
  periodSeconds: pulumi.Input<number>;
  /** SNS topic that is notified when the alarm fires and when it ends. */
  topicArn?: pulumi.Input<string> | undefined;
}

export interface ThresholdAlarmArgs {
  /** Physical name. */
  name: pulumi.Input<string>;
  /** What it means when it fires and where to look first. */
  description: pulumi.Input<string>;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: 'Maximum' | 'Sum';
  /** The alarm fires at this value, not only above it. */
  threshold: pulumi.Input<number>;
  /** The alarm fires above the threshold only. */
  aboveOnly?: true;
  settings: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An alarm that fires when one period reaches the threshold. It treats missing data as healthy: SQS and Lambda send no data
 * points while nothing happens.
 *
 * @example
 * thresholdAlarm('dlq-depth', { metricName: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum', threshold: 10, ... }, { parent: this });
 */
export function thresholdAlarm(
  name: string,
  args: ThresholdAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { topicArn, periodSeconds } = args.settings;
  const actions = topicArn === undefined ? [] : [topicArn];
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: args.name,
      alarmDescription: args.description,
      namespace: args.namespace,
      metricName: args.metricName,
      dimensions: args.dimensions,
      statistic: args.statistic,
      comparisonOperator: args.aboveOnly ? 'GreaterThanThreshold' : 'GreaterThanOrEqualToThreshold',
      threshold: args.threshold,
      period: periodSeconds,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
      tags: args.tags,
    },
    opts,
  );
}

export interface StalledPipeAlarmArgs {
  /** Physical name. */
  name: pulumi.Input<string>;
  description: pulumi.Input<string>;
  /** Queue that the pipe sends to, and that a function polls. */
  queueName: pulumi.Input<string>;
  /** Table whose stream the pipe reads. */
  tableName: pulumi.Input<string>;
  settings: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An alarm for a pipe that sends nothing while its table is written, in place of the iterator age that Pipes and DynamoDB
 * Streams do not publish. It counts what arrives: a pipe that never ran has no metrics, but a queue that is polled always has. It takes
 * two periods: the pipe sends a write at the end of one in the next.
 *
 * @example
 * stalledPipeAlarm('ledger-pipe-stalled', { queueName: queue.name, tableName: table.name, ... }, { parent: this });
 */
export function stalledPipeAlarm(
  name: string,
  args: StalledPipeAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const { topicArn, periodSeconds } = args.settings;
  const actions = topicArn === undefined ? [] : [topicArn];
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: args.name,
      alarmDescription: args.description,
      metricQueries: [
        {
          id: 'writes',
          metric: {
            namespace: 'AWS/DynamoDB',
            metricName: 'ConsumedWriteCapacityUnits',
            dimensions: { TableName: args.tableName },
            stat: 'Sum',
            period: periodSeconds,
          },
        },
        {
          id: 'arrivals',
          metric: {
            namespace: 'AWS/SQS',
            metricName: 'NumberOfMessagesSent',
            dimensions: { QueueName: args.queueName },
            stat: 'Sum',
            period: periodSeconds,
          },
        },
        {
          id: 'stalled',
          label: 'Written and not arrived',
          expression: 'IF(FILL(writes, 0) > 0 AND FILL(arrivals, 0) == 0, 1, 0)',
          returnData: true,
        },
      ],
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: 'notBreaching',
      alarmActions: actions,
      okActions: actions,
      tags: args.tags,
    },
    opts,
  );
}
