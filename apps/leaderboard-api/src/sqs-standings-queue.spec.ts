import { expect, test } from '@jest/globals';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { SqsStandingsQueue } from './sqs-standings-queue.ts';

test.each([
  [{ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' }, true],
  [{ ApproximateNumberOfMessages: '3', ApproximateNumberOfMessagesNotVisible: '0' }, false],
  [{ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '1' }, false],
  [{}, false],
])('L6: a queue that says %j is empty: %s', async (Attributes, isEmpty) => {
  const client = { send: () => Promise.resolve({ Attributes }) } as unknown as SQSClient;
  expect(await new SqsStandingsQueue(client, 'https://queue').isEmpty()).toBe(isEmpty);
});
