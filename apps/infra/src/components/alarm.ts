import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/**
 * How soon somebody must look. `page`: updates or events are lost or stuck, an API fails, or nothing runs any more.
 * `ticket`: it can wait for the next working day.
 */
export type Severity = 'page' | 'ticket';

/** What every alarm of a stack shares. */
export interface AlarmSettings {
  /** Period over which the metric is evaluated, in seconds; a multiple of 60. */
  periodSeconds: number;
  /** SNS topics that are notified when an alarm of the severity fires and when it ends. */
  topicArns: Readonly<Record<Severity, string | undefined>>;
  /** Declare only the alarms that page and those that are kept in a minimal stack. */
  minimal: boolean;
}

/** What the alarms of every kind have in common. */
export interface AlarmArgs {
  /** Physical name. */
  name: pulumi.Input<string>;
  /** What it means when it fires and where to look first. */
  description: pulumi.Input<string>;
  severity: Severity;
  settings: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

type Evaluation = Omit<
  aws.cloudwatch.MetricAlarmArgs,
  'name' | 'alarmDescription' | 'alarmActions' | 'okActions' | 'tags'
>;

/** Declares an alarm, unless the stack has only those that page and this one does not. */
function pageOrTicketAlarm(
  name: string,
  args: AlarmArgs,
  evaluation: Evaluation,
  opts: pulumi.CustomResourceOptions,
): void {
  if (args.settings.minimal && args.severity !== 'page') return;
  declareAlarm(name, args, evaluation, opts);
}

function declareAlarm(
  name: string,
  { severity, settings, ...args }: AlarmArgs,
  evaluation: Evaluation,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  const topicArn = settings.topicArns[severity];
  const actions = topicArn === undefined ? [] : [topicArn];
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: args.name,
      // The message of the topic has the description: who gets both severities tells them apart.
      alarmDescription: pulumi.interpolate`${severity === 'page' ? 'Page' : 'Ticket'}: ${args.description}`,
      ...evaluation,
      alarmActions: actions,
      okActions: actions,
      tags: args.tags,
    },
    opts,
  );
}

export interface ThresholdAlarmArgs extends AlarmArgs {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: 'Maximum' | 'Sum' | 'p99';
  /** The alarm fires at this value, not only above it. */
  threshold: pulumi.Input<number>;
  /** The alarm fires above the threshold only. */
  aboveOnly?: true;
}

/**
 * An alarm that fires when one period reaches the threshold. It treats missing data as healthy: SQS and Lambda send no data
 * points while nothing happens. A percentile of too few values changes nothing: it would be one cold start.
 *
 * @example
 * thresholdAlarm('updates-age', { metricName: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum', threshold: 300, ... }, { parent: this });
 */
export function thresholdAlarm(
  name: string,
  args: ThresholdAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  pageOrTicketAlarm(name, args, thresholdOf(args), opts);
}

/** An alarm on a threshold that every stack has, also a minimal one: on a dead-letter queue, which nobody reads otherwise. */
export function keptThresholdAlarm(
  name: string,
  args: ThresholdAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return declareAlarm(name, args, thresholdOf(args), opts);
}

function thresholdOf({ statistic, ...args }: ThresholdAlarmArgs): Evaluation {
  return {
    namespace: args.namespace,
    metricName: args.metricName,
    dimensions: args.dimensions,
    ...(statistic === 'p99'
      ? { extendedStatistic: statistic, evaluateLowSampleCountPercentiles: 'ignore' }
      : { statistic }),
    comparisonOperator: args.aboveOnly ? 'GreaterThanThreshold' : 'GreaterThanOrEqualToThreshold',
    threshold: args.threshold,
    period: args.settings.periodSeconds,
    evaluationPeriods: 1,
    treatMissingData: 'notBreaching',
  };
}

export interface HeartbeatAlarmArgs extends AlarmArgs {
  functionName: pulumi.Input<string>;
  /** Time between two runs, in seconds; a multiple of 60. */
  everySeconds: number;
}

/**
 * An alarm for a function on a schedule that does not run: the only one to which silence is a fault. It takes two periods, each of
 * which has at least one run of a function that is on time.
 *
 * @example
 * heartbeatAlarm('sweep-heartbeat', { functionName: fn.name, everySeconds: 60, ... }, { parent: this });
 */
export function heartbeatAlarm(
  name: string,
  args: HeartbeatAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  pageOrTicketAlarm(
    name,
    args,
    {
      namespace: 'AWS/Lambda',
      metricName: 'Invocations',
      dimensions: { FunctionName: args.functionName },
      statistic: 'Sum',
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      period: Math.max(args.settings.periodSeconds, args.everySeconds),
      evaluationPeriods: 2,
      treatMissingData: 'breaching',
    },
    opts,
  );
}

export interface StalledPipeAlarmArgs extends AlarmArgs {
  /** Table whose stream the pipe reads. */
  tableName: pulumi.Input<string>;
  /** The queue that it sends to. */
  queueName: pulumi.Input<string>;
}

/**
 * An alarm for a pipe whose queue gets nothing while its table is written, in place of the iterator age that Pipes and DynamoDB
 * Streams do not publish. It asks the queue and not the pipe: a pipe that never ran has no metrics, from which nothing follows, and
 * a queue that Lambda polls has them always. It takes two periods: the pipe sends a write at the end of one in the next.
 *
 * @example
 * stalledPipeAlarm('ledger-pipe-stalled', { tableName: table.name, queueName: queue.name, ... }, { parent: this });
 */
export function stalledPipeAlarm(
  name: string,
  args: StalledPipeAlarmArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { periodSeconds } = args.settings;
  pageOrTicketAlarm(
    name,
    args,
    {
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
          id: 'sent',
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
          label: 'Written and not handed on',
          expression: 'IF(FILL(writes, 0) > 0 AND FILL(sent, 0) == 0, 1, 0)',
          returnData: true,
        },
      ],
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: 'notBreaching',
    },
    opts,
  );
}

/** A CloudWatch metric, summed over the period. */
export interface CountedMetric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
}

export interface ErrorRateAlarmArgs extends AlarmArgs {
  errors: CountedMetric;
  total: CountedMetric;
  /** The alarm fires when more than this share of the total are errors. */
  abovePercent: pulumi.Input<number>;
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
): void {
  const summed = (id: string, metric: CountedMetric) => ({
    id,
    metric: { ...metric, stat: 'Sum', period: args.settings.periodSeconds },
  });
  pageOrTicketAlarm(
    name,
    args,
    {
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
    },
    opts,
  );
}
