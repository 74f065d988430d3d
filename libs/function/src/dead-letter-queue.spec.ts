import { describe, expect, test } from '@jest/globals';
import type {
  SendMessageBatchCommand,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SqsDeadLetterQueue, type DeadLetter } from './dead-letter-queue.ts';

const QUEUE_URL = 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-dlq-dev.fifo';

type Respond = (
  input: SendMessageBatchCommandInput,
  abortSignal: AbortSignal,
) => Partial<SendMessageBatchCommandOutput> | Promise<Partial<SendMessageBatchCommandOutput>>;

/** A queue whose requests end here. */
function queueOf(respond: Respond = () => ({})) {
  const requests: SendMessageBatchCommandInput[] = [];
  const send = async (
    { input }: SendMessageBatchCommand,
    { abortSignal }: { abortSignal: AbortSignal },
  ) => {
    requests.push(input);
    return await respond(input, abortSignal);
  };
  const client = { send } as unknown as SQSClient;
  return { requests, queue: new SqsDeadLetterQueue({ client, queueUrl: QUEUE_URL }) };
}

async function sent(letter: DeadLetter): Promise<SendMessageBatchRequestEntry | undefined> {
  const { requests, queue } = queueOf();
  expect(await queue.send([letter])).toEqual({ accepted: 1 });
  expect(requests[0]?.QueueUrl).toBe(QUEUE_URL);
  return requests[0]?.Entries?.[0];
}

function sizeOf({
  MessageBody = '',
  MessageAttributes = {},
}: SendMessageBatchRequestEntry): number {
  const parts = Object.entries(MessageAttributes).map(
    ([name, { DataType = '', StringValue = '' }]) => name + DataType + StringValue,
  );
  return Buffer.byteLength([MessageBody, ...parts].join(''));
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
    Id: '0',
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

describe('a letter whose message is large', () => {
  const LIMIT = 1_048_576;

  test.each([
    [
      'has room for half of its reason',
      LIMIT - 600,
      ['error_type', 'message_group_id', 'error_reason'],
    ],
    ['has room for the type of the error only', LIMIT - 40, ['error_type']],
    ['has room for nothing', LIMIT, []],
  ])('%s', async (_, bodyBytes, names) => {
    const record = { ...letter.record, body: 'é'.repeat(bodyBytes / 2) };
    const entry = await sent({ ...letter, record, reason: 'ü'.repeat(1_000) });
    expect(entry?.MessageBody).toBe(record.body);
    expect(Object.keys(entry?.MessageAttributes ?? {})).toEqual(names);
    expect(sizeOf(entry ?? { Id: '', MessageBody: '' })).toBeLessThanOrEqual(LIMIT);
  });
});

describe('several letters', () => {
  const lettersOf = (count: number, body = 'x') =>
    Array.from({ length: count }, (_, index) => ({
      ...letter,
      record: { ...letter.record, messageId: `message-${index}`, body },
    }));
  const idsOf = ({ Entries = [] }: SendMessageBatchCommandInput) =>
    Entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId);

  test('go out ten in a request, in their order', async () => {
    const { requests, queue } = queueOf();
    expect(await queue.send(lettersOf(12))).toEqual({ accepted: 12 });
    expect(requests.map(idsOf)).toEqual([
      Array.from({ length: 10 }, (_, index) => `message-${index}`),
      ['message-10', 'message-11'],
    ]);
  });

  test('are no more in a request than its size allows', async () => {
    const { requests, queue } = queueOf();
    expect(await queue.send(lettersOf(3, 'x'.repeat(400_000)))).toEqual({ accepted: 3 });
    expect(requests.map(idsOf)).toEqual([['message-0', 'message-1'], ['message-2']]);
  });

  test('count as accepted up to the first that was not, and none is sent behind that request', async () => {
    const { requests, queue } = queueOf(({ Entries = [] }) => ({
      Failed: Entries.flatMap(({ Id }) =>
        Id === '3' || Id === '5'
          ? [{ Id, Code: 'Busy', Message: 'try later', SenderFault: false }]
          : [],
      ),
    }));
    expect(await queue.send(lettersOf(12))).toEqual({
      accepted: 3,
      error: new Error('Busy: try later'),
    });
    expect(requests).toHaveLength(1);
  });

  test('of a request that fails are not accepted', async () => {
    const error = new Error('down');
    const { queue } = queueOf(() => Promise.reject(error));
    expect(await queue.send(lettersOf(2))).toEqual({ accepted: 0, error });
  });

  test('are given up when the time is up', async () => {
    const { queue } = queueOf(
      (_, abortSignal) =>
        new Promise((__, reject) => {
          abortSignal.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        }),
    );
    expect(await queue.send(lettersOf(2), () => Promise.resolve())).toEqual({
      accepted: 0,
      error: new Error('aborted'),
    });
  });

  test('end the wait for the end of the time when they are accepted', async () => {
    const { queue } = queueOf();
    let signal: AbortSignal | undefined;
    await queue.send(lettersOf(1), (given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    expect(signal?.aborted).toBe(true);
  });
});
