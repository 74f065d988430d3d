import { describe, expect, test } from '@jest/globals';
import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { EventQueues } from './event-queues.ts';

const urls = {
  payment: 'http://sqs/1/payments',
  refund: 'http://sqs/1/refunds',
  dispute: 'http://sqs/1/disputes',
};

async function sent(body: string) {
  const commands: SendMessageCommand[] = [];
  const client = {
    send: (command: SendMessageCommand) => Promise.resolve(void commands.push(command)),
  };
  await new EventQueues(client as never, urls).send('refund', 'evt_1', body);
  return commands.map(({ input }) => input);
}

describe('the message of an event', () => {
  test('has the body as received and the event id as an attribute', async () => {
    expect(await sent('{"order": 9007199254740993}')).toEqual([
      {
        QueueUrl: urls.refund,
        MessageBody: '{"order": 9007199254740993}',
        MessageAttributes: { event_id: { DataType: 'String', StringValue: 'evt_1' } },
      },
    ]);
  });

  test('has no character that SQS rejects, and the same meaning', async () => {
    const value = { note: 'a\uFFFEb\uFFFFc' };
    const [message] = await sent(JSON.stringify(value));
    expect(message?.MessageBody).toBe('{"note":"a\\uFFFEb\\uFFFFc"}');
    expect(JSON.parse(message?.MessageBody ?? '')).toEqual(value);
  });
});
