import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';

import type { TestStack } from './use-stack.ts';

export async function putItem(
  stack: TestStack,
  playerId: string,
  timestamp: number,
  attributes: Record<string, string> = {},
): Promise<void> {
  await stack.dynamodb.send(
    new PutItemCommand({
      TableName: stack.output('table_name'),
      Item: {
        player_id: { S: playerId },
        timestamp: { N: String(timestamp) },
        ...Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, { S: value }]),
        ),
      },
    }),
  );
}

/** Receives and deletes messages of a queue until there were so many, and returns them in their order. */
export async function takeMessages(
  stack: TestStack,
  queueOutput: string,
  count: number,
): Promise<Message[]> {
  const QueueUrl = stack.output(queueOutput);
  const taken: Message[] = [];
  const deadline = Date.now() + HANG_TIMEOUT_MS;
  while (taken.length < count && Date.now() < deadline) {
    const { Messages = [] } = await stack.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    for (const message of Messages) {
      taken.push(message);
      await stack.sqs.send(
        new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }),
      );
    }
  }
  return taken;
}

/** Whether a queue has no message for a second. */
export async function staysEmpty(stack: TestStack, queueOutput: string): Promise<boolean> {
  const { Messages = [] } = await stack.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: stack.output(queueOutput), WaitTimeSeconds: 1 }),
  );
  return Messages.length === 0;
}
