import {
  type GetQueueAttributesCommand,
  QueueDoesNotExist,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';

import { queuedMessages } from './queued-messages.ts';

const queue = (name: string) => ({ name, url: `https://sqs/${name}`, isProtected: false });

/** Responds with the attributes of these queues; others do not exist. */
function sqsWith(attributes: Record<string, Record<string, string>>): Pick<SQSClient, 'send'> {
  const send = ({ input }: GetQueueAttributesCommand) => {
    const found = attributes[input.QueueUrl?.split('/').at(-1) ?? ''];
    return found === undefined
      ? Promise.reject(new QueueDoesNotExist({ message: 'no such queue', $metadata: {} }))
      : Promise.resolve({ Attributes: found });
  };
  return { send: send as SQSClient['send'] };
}

test('counts waiting, delayed and in-flight messages, and leaves out empty and deleted queues', async () => {
  const sqs = sqsWith({
    full: {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesDelayed: '1',
      ApproximateNumberOfMessagesNotVisible: '2',
    },
    empty: { ApproximateNumberOfMessages: '0' },
  });
  const queues = ['full', 'empty', 'deleted'].map(queue);
  expect(await queuedMessages(queues, sqs)).toEqual([{ queue: 'full', count: 6 }]);
});

test('fails when a queue cannot be read: it may hold messages', async () => {
  const denied = { send: () => Promise.reject(new Error('denied')) } as Pick<SQSClient, 'send'>;
  await expect(queuedMessages([queue('full')], denied)).rejects.toThrow('denied');
});
