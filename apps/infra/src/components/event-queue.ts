import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, thresholdAlarm } from './alarm.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { requirePhysicalName } from './physical-name.ts';
import { tlsOnlyQueuePolicy } from './policy.ts';

export interface EventQueueArgs {
  /** Physical name. */
  name: string;
  retentionSeconds: number;
  visibilityTimeoutSeconds: pulumi.Input<number>;
  /** Receives of a message before SQS moves it to the dead-letter queue. */
  maxReceiveCount: pulumi.Input<number>;
  /** The alarm fires when the oldest message is older than this, in seconds. */
  messageAgeAlarmSeconds: pulumi.Input<number>;
  deadLetters: {
    /** Physical name. */
    name: string;
    /** The alarm fires when this many messages are here. */
    depthAlarmThreshold: pulumi.Input<number>;
  };
  /** Pulumi refuses to replace or delete the queue and its dead-letter queue. */
  protect: boolean;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A standard queue for consumers outside of this system, with its dead-letter queue: encrypted, TLS only, alarms on age and on dead
 * letters. Only this queue can use the dead-letter queue.
 */
export class EventQueue extends pulumi.ComponentResource {
  readonly queue: aws.sqs.Queue;
  readonly deadLetterQueue: aws.sqs.Queue;

  constructor(name: string, args: EventQueueArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const queueName = requirePhysicalName(args.name, 'queue');
    super('leaderboard:infra:EventQueue', name, {}, opts);
    const parent = { parent: this };

    this.deadLetterQueue = new DeadLetterQueue(
      `${name}-dlq`,
      {
        name: args.deadLetters.name,
        meaning: `The consumer of ${queueName} could not handle an event.`,
        retentionSeconds: args.retentionSeconds,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        severity: 'ticket',
        depthAlarmThreshold: args.deadLetters.depthAlarmThreshold,
        // In a standard queue the age counts from when the event was first sent, so at most half of the retention is left.
        messageAgeAlarmSeconds: Math.ceil(args.retentionSeconds / 2),
        protect: args.protect,
        alarms: args.alarms,
        tags: args.tags,
      },
      parent,
    ).queue;
    this.queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        name: queueName,
        messageRetentionSeconds: args.retentionSeconds,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds,
        sqsManagedSseEnabled: true,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetterQueue.arn,
          maxReceiveCount: args.maxReceiveCount,
        }),
        tags: args.tags,
      },
      { parent: this, protect: args.protect },
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: this.queue.url, policy: tlsOnlyQueuePolicy(this.queue.arn) },
      parent,
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
      parent,
    );
    thresholdAlarm(
      `${name}-age`,
      {
        namespace: 'AWS/SQS',
        metricName: 'ApproximateAgeOfOldestMessage',
        dimensions: { QueueName: this.queue.name },
        statistic: 'Maximum',
        name: `${queueName}-age`,
        description: `Events wait in ${queueName}: its consumer is slow, throttled or failing.`,
        severity: 'ticket',
        threshold: args.messageAgeAlarmSeconds,
        aboveOnly: true,
        settings: args.alarms,
        tags: args.tags,
      },
      parent,
    );

    this.registerOutputs({
      queueUrl: this.queue.url,
      deadLetterQueueUrl: this.deadLetterQueue.url,
    });
  }
}
