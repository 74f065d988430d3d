import { expect, test } from '@jest/globals';
import { SQSClient, type SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { SqsDeadLetterQueue, type DeadLetter } from './dead-letter-queue.ts';

const QUEUE_URL = 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-dlq-dev.fifo';

async function sent(letter: DeadLetter): Promise<SendMessageCommandInput | undefined> {
  let input: SendMessageCommandInput | undefined;
  const client = new SQSClient({ region: 'us-west-1' });
  client.middlewareStack.add(
    () => (args) => {
      input = args.input as SendMessageCommandInput;
      return Promise.resolve({ output: { $metadata: {} }, response: undefined });
    },
    { step: 'initialize', priority: 'high' },
  );
  await new SqsDeadLetterQueue({ client, queueUrl: QUEUE_URL }).send(letter);
  return input;
}

const letter: DeadLetter = {
  record: {
    messageId: '6b1f3f0e-0000-4000-8000-000000000001',
    receiptHandle: 'receipt-1',
    body: '{"score": "ten"}',
    messageGroupId: 'player-1',
    receiveCount: 1,
    sentAtMs: 0,
    sequenceNumber: '1',
  },
  errorType: 'InvalidMessage',
  reason: '/score must be a number',
};

test('a letter carries body, group, error type and reason, and the message id as its deduplication id', async () => {
  expect(await sent(letter)).toEqual({
    QueueUrl: QUEUE_URL,
    MessageBody: '{"score": "ten"}',
    MessageGroupId: 'player-1',
    MessageDeduplicationId: '6b1f3f0e-0000-4000-8000-000000000001',
    MessageAttributes: {
      error_type: { DataType: 'String', StringValue: 'InvalidMessage' },
      error_reason: { DataType: 'String', StringValue: '/score must be a number' },
      message_group_id: { DataType: 'String', StringValue: 'player-1' },
    },
  });
});

test('a reason that SQS would not take is cut and cleaned, so that the letter arrives', async () => {
  const reason = `\u0000\uD800\uFFFF ${'x'.repeat(2_000)}`;
  const value = (await sent({ ...letter, reason }))?.MessageAttributes?.['error_reason'];
  expect(value?.StringValue).toBe(`\uFFFD\uFFFD\uFFFD ${'x'.repeat(996)}`);
});
