import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, keptThresholdAlarm, type Severity, thresholdAlarm } from './alarm.ts';
import { requirePhysicalName } from './physical-name.ts';
import { tlsOnlyQueuePolicy } from './policy.ts';

export interface DeadLetterQueueArgs {
  /** Physical name. */
  name: string;
  /** What a message in it means; the first words of its alarm. */
  meaning: string;
  /** Of the alarm on the number of messages. */
  severity: Severity;
  retentionSeconds: pulumi.Input<number>;
  visibilityTimeoutSeconds: pulumi.Input<number>;
  /** The alarm fires when this many messages are here. */
  depthAlarmThreshold: pulumi.Input<number>;
  /** The alarm fires when the oldest message is this old, in seconds. */
  messageAgeAlarmSeconds: pulumi.Input<number>;
  /** Pulumi refuses to replace or delete the queue. */
  protect: boolean;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A standard queue for what a pipe, a schedule or an asynchronous invocation could not deliver; none of them supports a
 * FIFO queue. Encrypted, TLS only, alarms on number and age.
 */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;

  constructor(name: string, args: DeadLetterQueueArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const queueName = requirePhysicalName(args.name, 'queue');
    super('leaderboard:infra:DeadLetterQueue', name, {}, opts);
    const parent = { parent: this };

    this.queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        name: queueName,
        messageRetentionSeconds: args.retentionSeconds,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        sqsManagedSseEnabled: true,
        tags: args.tags,
      },
      { parent: this, protect: args.protect },
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: this.queue.url, policy: tlsOnlyQueuePolicy(this.queue.arn) },
      parent,
    );
    const metric = {
      namespace: 'AWS/SQS',
      dimensions: { QueueName: this.queue.name },
      statistic: 'Maximum',
      settings: args.alarms,
      tags: args.tags,
    } as const;
    keptThresholdAlarm(
      `${name}-depth`,
      {
        ...metric,
        metricName: 'ApproximateNumberOfMessagesVisible',
        name: `${queueName}-depth`,
        description: `${args.meaning} Each message of ${queueName} says which and why.`,
        severity: args.severity,
        threshold: args.depthAlarmThreshold,
      },
      parent,
    );
    thresholdAlarm(
      `${name}-age`,
      {
        ...metric,
        metricName: 'ApproximateAgeOfOldestMessage',
        name: `${queueName}-age`,
        description: `A message in ${queueName} is nearing the end of its retention, after which SQS deletes it.`,
        severity: 'ticket',
        threshold: args.messageAgeAlarmSeconds,
      },
      parent,
    );

    this.registerOutputs({ queueUrl: this.queue.url });
  }
}
