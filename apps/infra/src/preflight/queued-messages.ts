import { GetQueueAttributesCommand, QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';

import type { DeployedQueue } from './deployed-stack.ts';

/** A queue and about how many messages it holds: waiting, delayed and in flight. */
export interface QueuedMessages {
  queue: string;
  count: number;
}

/**
 * The queues that hold messages. Needs `sqs:GetQueueAttributes`. A queue that does not exist any more holds none.
 *
 * @throws the error of the SDK when a queue cannot be read.
 */
export async function queuedMessages(
  queues: readonly DeployedQueue[],
  sqs: Pick<SQSClient, 'send'>,
): Promise<QueuedMessages[]> {
  const found = await Promise.all(
    queues.map(async ({ name, url }) => ({ queue: name, count: await countOf(url, sqs) })),
  );
  return found.filter(({ count }) => count > 0);
}

async function countOf(url: string, sqs: Pick<SQSClient, 'send'>): Promise<number> {
  try {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesDelayed',
          'ApproximateNumberOfMessagesNotVisible',
        ],
      }),
    );
    return Object.values(Attributes).reduce((total, count) => total + Number(count), 0);
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return 0;
    throw error;
  }
}
