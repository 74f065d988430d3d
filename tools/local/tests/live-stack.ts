import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';

import type { SpawnStackOptions } from '../src/spawn-stack.ts';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';
import { fixtureProgram, StackFixture } from './stack-fixture.ts';

/** The fixture with pipe, schedule, function URL and distribution. */
export function startLiveStack(options: SpawnStackOptions = {}): Promise<StackFixture> {
  return StackFixture.start({ program: fixtureProgram('live-program.ts'), ...options });
}

export async function putItem(
  stack: StackFixture,
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

/** Takes messages from a queue until it has had so many, in the order in which they came. */
export async function takeMessages(
  stack: StackFixture,
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

/** Whether a queue stays without messages for a second. */
export async function isSilent(stack: StackFixture, queueOutput: string): Promise<boolean> {
  const { Messages = [] } = await stack.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: stack.output(queueOutput), WaitTimeSeconds: 1 }),
  );
  return Messages.length === 0;
}
