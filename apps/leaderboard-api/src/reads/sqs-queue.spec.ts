import { expect, test } from '@jest/globals';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { SqsQueue } from './sqs-queue.ts';

test.each([
  [{ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' }, true],
  [{ ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '0' }, false],
  [{ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '1' }, false],
  [{}, false],
])('a queue with the attributes %j is empty: %s', async (Attributes, isEmpty) => {
  const client = { send: () => Promise.resolve({ Attributes }) } as unknown as SQSClient;
  expect(await new SqsQueue(client, 'https://queue').isEmpty()).toBe(isEmpty);
});
