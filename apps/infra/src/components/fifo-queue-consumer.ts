import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { FifoQueue } from './fifo-queue.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { allowPolicy } from './policy.ts';

export interface FifoQueueConsumerArgs {
  source: FifoQueue;
  consumer: LambdaFunction;
  /** Records of one invocation, 1 to 10 (Lambda SQS event source: the limit of a FIFO queue). */
  batchSize: pulumi.Input<number>;
  /** Instances of the function that the queue may keep busy, 2 to 1000. */
  maximumConcurrency: pulumi.Input<number>;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A function fed by a FIFO queue. Failed records are reported one by one: without that, a returned failure counts as
 * success and the message is lost. There is no batching window, which a FIFO queue does not allow.
 */
export class FifoQueueConsumer extends pulumi.ComponentResource {
  readonly mapping: aws.lambda.EventSourceMapping;

  constructor(
    name: string,
    args: FifoQueueConsumerArgs,
    opts: pulumi.ComponentResourceOptions = {},
  ) {
    super('leaderboard:infra:FifoQueueConsumer', name, {}, opts);

    const policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name,
        role: args.consumer.role.name,
        policy: allowPolicy([
          {
            sid: 'ConsumeQueue',
            actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
            resources: [args.source.queue.arn],
          },
        ]),
      },
      { parent: this },
    );
    this.mapping = new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: args.source.queue.arn,
        functionName: args.consumer.function.arn,
        batchSize: args.batchSize,
        // Declared, so that an update starts a mapping again that was stopped by hand.
        enabled: true,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency: args.maximumConcurrency },
        tags: args.tags,
      },
      // Lambda checks at creation that the role may read the queue.
      { parent: this, dependsOn: [policy] },
    );

    this.registerOutputs({ mappingArn: this.mapping.arn });
  }
}
