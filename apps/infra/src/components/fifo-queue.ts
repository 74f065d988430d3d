import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, keptThresholdAlarm, thresholdAlarm } from './alarm.ts';
import { requirePhysicalName } from './physical-name.ts';
import { tlsOnlyQueuePolicy } from './policy.ts';

export interface FifoQueueArgs {
  /** Physical name without `.fifo`, which is added here. */
  name: string;
  retentionSeconds: pulumi.Input<number>;
  visibilityTimeoutSeconds: pulumi.Input<number>;
  /**
   * Largest message that the queue accepts, in bytes.
   *
   * @default the limit of SQS, which always applies to the dead-letter queue: it has room for a reason beside the message
   */
  maxMessageBytes?: number;
  /** The alarm fires when the oldest message is this old, in seconds. */
  messageAgeAlarmSeconds: pulumi.Input<number>;
  deadLetters: {
    /** Physical name without `.fifo`. */
    name: string;
    /** Receives of a message before it is moved here. */
    maxReceiveCount: pulumi.Input<number>;
    retentionSeconds: pulumi.Input<number>;
    visibilityTimeoutSeconds: pulumi.Input<number>;
    /** The alarm fires when this many messages are here. */
    depthAlarmThreshold: pulumi.Input<number>;
    /** The alarm fires when the oldest dead letter is this old, in seconds. */
    messageAgeAlarmSeconds: pulumi.Input<number>;
  };
  /** Pulumi refuses to replace or delete the queue and its dead-letter queue. */
  protect: boolean;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A FIFO queue in high-throughput mode with its dead-letter queue: encrypted, TLS only, alarms on age and on dead letters.
 * Only this queue can use the dead-letter queue.
 */
export class FifoQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly deadLetterQueue: aws.sqs.Queue;
  readonly deadLetterDepthAlarm: aws.cloudwatch.MetricAlarm;

  constructor(name: string, args: FifoQueueArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const queueName = fifoName(args.name);
    const deadLetterName = fifoName(args.deadLetters.name);
    super('leaderboard:infra:FifoQueue', name, {}, opts);

    this.deadLetterQueue = this.createQueue(
      `${name}-dlq`,
      {
        name: deadLetterName,
        messageRetentionSeconds: args.deadLetters.retentionSeconds,
        visibilityTimeoutSeconds: args.deadLetters.visibilityTimeoutSeconds,
        tags: args.tags,
      },
      args.protect,
    );
    this.queue = this.createQueue(
      `${name}-queue`,
      {
        name: queueName,
        messageRetentionSeconds: args.retentionSeconds,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        ...(args.maxMessageBytes !== undefined && { maxMessageSize: args.maxMessageBytes }),
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetterQueue.arn,
          maxReceiveCount: args.deadLetters.maxReceiveCount,
        }),
        tags: args.tags,
      },
      args.protect,
    );
    new aws.sqs.RedriveAllowPolicy(
      `${name}-dlq-sources`,
      {
        queueUrl: this.deadLetterQueue.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: 'byQueue',
          sourceQueueArns: [this.queue.arn],
        }),
      },
      { parent: this },
    );

    const { alarms, tags } = args;
    this.deadLetterDepthAlarm = keptThresholdAlarm(
      `${name}-dlq-depth`,
      {
        ...queueMetric(this.deadLetterQueue, 'ApproximateNumberOfMessagesVisible'),
        name: `${args.deadLetters.name}-depth`,
        description: `${deadLetterName} holds messages that could not be processed; each carries its reason as attributes.`,
        severity: 'page',
        threshold: args.deadLetters.depthAlarmThreshold,
        settings: alarms,
        tags,
      },
      { parent: this },
    );
    thresholdAlarm(
      `${name}-dlq-age`,
      {
        ...queueMetric(this.deadLetterQueue, 'ApproximateAgeOfOldestMessage'),
        name: `${args.deadLetters.name}-age`,
        description: `A message in ${deadLetterName} is nearing the end of its retention, after which SQS deletes it.`,
        severity: 'ticket',
        threshold: args.deadLetters.messageAgeAlarmSeconds,
        settings: alarms,
        tags,
      },
      { parent: this },
    );
    thresholdAlarm(
      `${name}-age`,
      {
        ...queueMetric(this.queue, 'ApproximateAgeOfOldestMessage'),
        name: `${args.name}-age`,
        description: `Messages wait in ${queueName}: its consumer is slow, throttled or failing.`,
        severity: 'page',
        threshold: args.messageAgeAlarmSeconds,
        settings: alarms,
        tags,
      },
      { parent: this },
    );

    this.registerOutputs({
      queueUrl: this.queue.url,
      deadLetterQueueUrl: this.deadLetterQueue.url,
    });
  }

  private createQueue(name: string, args: aws.sqs.QueueArgs, protect: boolean): aws.sqs.Queue {
    const queue = new aws.sqs.Queue(
      name,
      {
        ...args,
        fifoQueue: true,
        contentBasedDeduplication: true,
        deduplicationScope: 'messageGroup',
        fifoThroughputLimit: 'perMessageGroupId',
        sqsManagedSseEnabled: true,
      },
      { parent: this, protect },
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: queue.url, policy: tlsOnlyQueuePolicy(queue.arn) },
      { parent: this },
    );
    return queue;
  }
}

function fifoName(name: string): string {
  if (name.endsWith('.fifo')) {
    throw new pulumi.RunError(
      `Queue name "${name}" already ends in .fifo. Pass it without: the suffix is added here.`,
    );
  }
  return requirePhysicalName(`${name}.fifo`, 'queue');
}

function queueMetric(queue: aws.sqs.Queue, metricName: string) {
  return {
    namespace: 'AWS/SQS',
    metricName,
    dimensions: { QueueName: queue.name },
    statistic: 'Maximum',
  } as const;
}
