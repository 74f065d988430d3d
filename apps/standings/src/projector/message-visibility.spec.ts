import { expect, test } from '@jest/globals';
import { SQSClient, type ChangeMessageVisibilityBatchResult } from '@aws-sdk/client-sqs';
import { MessageVisibilityError, SqsMessageVisibility } from './message-visibility.ts';

const queueUrl = 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates-dev.fifo';

function visibility(output: Partial<ChangeMessageVisibilityBatchResult>) {
  const sent: unknown[] = [];
  const client = new SQSClient({ region: 'us-west-1' });
  client.middlewareStack.add(
    () => (args) => {
      sent.push(args.input);
      return Promise.resolve({ output: { $metadata: {}, ...output }, response: undefined });
    },
    { step: 'initialize', priority: 'high' },
  );
  return { sent, visibility: new SqsMessageVisibility({ client, queueUrl }) };
}

const MESSAGES = [
  { receiptHandle: 'receipt-a', seconds: 2 },
  { receiptHandle: 'receipt-b', seconds: 60 },
];

test('each message is hidden for its own time, in one request', async () => {
  const { sent, visibility: queue } = visibility({ Successful: [{ Id: '0' }, { Id: '1' }] });
  await queue.hide(MESSAGES);
  expect(sent).toEqual([
    {
      QueueUrl: queueUrl,
      Entries: [
        { Id: '0', ReceiptHandle: 'receipt-a', VisibilityTimeout: 2 },
        { Id: '1', ReceiptHandle: 'receipt-b', VisibilityTimeout: 60 },
      ],
    },
  ]);
});

test('a message that SQS rejects is an error with the reason', async () => {
  const failed = { Id: '1', SenderFault: true, Code: 'ReceiptHandleIsInvalid', Message: 'gone' };
  const { visibility: queue } = visibility({ Failed: [failed] });
  const error = await queue.hide(MESSAGES).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MessageVisibilityError);
  expect(String(error)).toContain('1 of 2 messages, the first because of ReceiptHandleIsInvalid');
});
