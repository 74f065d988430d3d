import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import { type AlarmSettings, stalledPipeAlarm, thresholdAlarm } from './alarm.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { FifoQueue } from './fifo-queue.ts';
import type { DynamoDbTable } from './dynamodb-table.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { requirePhysicalName } from './physical-name.ts';
import { allowPolicy, boundedBy, trustPolicyFor } from './policy.ts';
import { streamSeenByPipes } from './stream-age.ts';

export interface StreamPipeArgs {
  /** Physical name. */
  name: string;
  /** A table with a stream. */
  source: DynamoDbTable;
  target: FifoQueue;
  /** Event pattern of the records that pass. */
  pattern: Record<string, unknown>;
  /**
   * The part of a record that is sent: JSON in which `<$.path>` stands for a value of the record, in quotes if it is a string
   * ("Amazon EventBridge Pipes input transformation").
   */
  inputTemplate: string;
  /** Path of the message group id in a record, for example `$.dynamodb.Keys.player_id.S`. */
  messageGroupId: string;
  /** Records of one batch, 1 to 10 (EventBridge Pipes: what an SQS target takes). */
  batchSize: pulumi.Input<number>;
  /** Concurrent batches of one shard, 1 to 10; above 1 only the order per item is kept. */
  parallelizationFactor: pulumi.Input<number>;
  maximumRetryAttempts: pulumi.Input<number>;
  maximumRecordAgeSeconds: pulumi.Input<number>;
  /** Receives the positions in the stream of records that the target kept rejecting. */
  deadLetters: DeadLetterQueue;
  /** The function behind the target: it must understand what the pipe sends before the pipe sends it. */
  consumer: LambdaFunction;
  /** ARN of the policy that bounds what the role may be allowed; undefined: none. */
  permissionsBoundary: string | undefined;
  alarms: AlarmSettings;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What can go wrong in a run of a pipe, each with its own metric (EventBridge Pipes: CloudWatch metrics). */
const TROUBLES = [
  {
    suffix: 'failures',
    metricName: 'ExecutionFailed',
    meaning: 'could not hand on a batch: look at its target and its role.',
  },
  {
    suffix: 'partial-failures',
    metricName: 'ExecutionPartiallyFailed',
    meaning: 'handed on a part of a batch only, and tries the rest again: look at its target.',
  },
  {
    suffix: 'throttles',
    metricName: 'ExecutionThrottled',
    meaning: 'is throttled, by the quota of the account or by its target.',
  },
  {
    suffix: 'timeouts',
    metricName: 'ExecutionTimeout',
    meaning: 'timed out while it waited for its target.',
  },
] as const;

/**
 * A pipe from a table's stream to a FIFO queue, with its own role. It starts with the oldest record of the stream, halves a
 * batch that fails, and gives up on a record after finite retries: endless retries would block the shard until the stream
 * deletes the records behind it.
 */
export class StreamPipe extends pulumi.ComponentResource {
  readonly pipe: aws.pipes.Pipe;

  constructor(name: string, args: StreamPipeArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const pipeName = requirePhysicalName(args.name, 'pipe');
    super('leaderboard:infra:StreamPipe', name, {}, opts);
    const parent = { parent: this };
    const { streamArn } = args.source.table;

    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: pipeName,
        description: `What ${pipeName} may do`,
        assumeRolePolicy: trustPolicyFor(
          'pipes.amazonaws.com',
          pulumi.output(streamArn).apply((arn) => pipeArn(arn, pipeName)),
        ),
        ...boundedBy(args.permissionsBoundary),
        tags: args.tags,
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: 'pipe',
        role: role.name,
        policy: allowPolicy([
          {
            sid: 'ReadStream',
            actions: [
              'dynamodb:DescribeStream',
              'dynamodb:GetRecords',
              'dynamodb:GetShardIterator',
            ],
            resources: [streamArn],
          },
          {
            sid: 'ListStreamsHasNoResourceLevelPermissions',
            actions: ['dynamodb:ListStreams'],
            resources: ['*'],
          },
          {
            sid: 'SendToTargetAndDeadLetters',
            actions: ['sqs:SendMessage'],
            resources: [args.target.queue.arn, args.deadLetters.queue.arn],
          },
        ]),
      },
      parent,
    );
    this.pipe = new aws.pipes.Pipe(
      `${name}-pipe`,
      {
        name: pipeName,
        roleArn: role.arn,
        source: streamSeenByPipes(streamArn),
        sourceParameters: {
          filterCriteria: { filters: [{ pattern: JSON.stringify(args.pattern) }] },
          dynamodbStreamParameters: {
            startingPosition: 'TRIM_HORIZON',
            batchSize: args.batchSize,
            parallelizationFactor: args.parallelizationFactor,
            onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
            maximumRetryAttempts: args.maximumRetryAttempts,
            maximumRecordAgeInSeconds: args.maximumRecordAgeSeconds,
            deadLetterConfig: { arn: args.deadLetters.queue.arn },
          },
        },
        target: args.target.queue.arn,
        targetParameters: {
          inputTemplate: args.inputTemplate,
          sqsQueueParameters: {
            messageGroupId: args.messageGroupId,
            messageDeduplicationId: '$.eventID',
          },
        },
        tags: args.tags,
      },
      // Pipes checks at creation that the role may read the stream.
      { parent: this, dependsOn: [policy, args.consumer.function] },
    );

    for (const { suffix, metricName, meaning } of TROUBLES) {
      thresholdAlarm(
        `${name}-${suffix}`,
        {
          name: `${pipeName}-${suffix}`,
          description: `${pipeName} ${meaning}`,
          severity: 'ticket',
          namespace: 'AWS/EventBridge/Pipes',
          metricName,
          dimensions: { PipeName: this.pipe.name },
          statistic: 'Sum',
          threshold: 1,
          settings: args.alarms,
          tags: args.tags,
        },
        parent,
      );
    }
    stalledPipeAlarm(
      `${name}-stalled`,
      {
        name: `${pipeName}-stalled`,
        description: `Nothing arrives from ${pipeName} although its table is written: it is stopped or cannot read the stream.`,
        severity: 'page',
        tableName: args.source.table.name,
        queueName: args.target.queue.name,
        settings: args.alarms,
        tags: args.tags,
      },
      parent,
    );

    this.registerOutputs({ pipeName: this.pipe.name });
  }
}

/** The ARN of a pipe beside its source: its role is needed first. */
function pipeArn(streamArn: string, pipeName: string): string {
  const [, partition, , region, accountId] = streamArn.split(':');
  return `arn:${partition}:pipes:${region}:${accountId}:pipe/${pipeName}`;
}
