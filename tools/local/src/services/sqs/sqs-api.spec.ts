import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';

import type { LoopbackServer } from '../../shared/loopback-server.ts';
import { EngineConnection } from '../engines/engine-connection.ts';
import { CredentialRegistry } from '../gateway/credentials.ts';
import { startGateway } from '../gateway/gateway.ts';
import { sqsApi } from './sqs-api.ts';

let gateway: LoopbackServer;
let client: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  gateway = await startGateway({
    service: 'sqs',
    engine: new EngineConnection(sqsApi('us-west-1', Date.now), 'us-west-1'),
    credentials: new CredentialRegistry(),
    interceptors: [],
  });
  client = new SQSClient({
    endpoint: gateway.url,
    region: 'us-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const Attributes = { FifoQueue: 'true', MaximumMessageSize: '1024' };
  ({ QueueUrl } = await client.send(
    new CreateQueueCommand({ QueueName: 'updates.fifo', Attributes }),
  ));
});

afterAll(async () => {
  client.destroy();
  await gateway.stop();
});

const entry = (Id: string, MessageBody: string) => ({
  Id,
  MessageBody,
  MessageGroupId: 'group',
  MessageDeduplicationId: Id,
});

test('an SDK sends and receives messages with their attributes, and accepts their digests', async () => {
  const MessageAttributes = {
    text: { DataType: 'String', StringValue: 'red' },
    bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
  };
  await client.send(new SendMessageCommand({ QueueUrl, ...entry('1', 'a 🏆'), MessageAttributes }));
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MessageAttributeNames: ['bytes'],
      MessageSystemAttributeNames: ['MessageGroupId'],
      VisibilityTimeout: 0,
    }),
  );
  expect(Messages).toMatchObject([{ Body: 'a 🏆', Attributes: { MessageGroupId: 'group' } }]);
  expect(Object.keys(Messages[0]?.MessageAttributes ?? {})).toEqual(['bytes']);
  expect([...(Messages[0]?.MessageAttributes?.['bytes']?.BinaryValue ?? [])]).toEqual([0, 255]);
});

test('a move takes the visible messages of a dead-letter queue back, in their order', async () => {
  const arnOf = (name: string) => `arn:aws:sqs:us-west-1:000000000000:${name}`;
  const Attributes = { FifoQueue: 'true' };
  const create = async (QueueName: string, more: Record<string, string> = {}) =>
    (
      await client.send(
        new CreateQueueCommand({ QueueName, Attributes: { ...Attributes, ...more } }),
      )
    ).QueueUrl;
  const deadLetters = await create('scores-dlq.fifo');
  const start = { SourceArn: arnOf('scores-dlq.fifo'), DestinationArn: arnOf('scores.fifo') };
  const move = () => client.send(new StartMessageMoveTaskCommand(start));
  await expect(move()).rejects.toThrow('must be configured as a Dead Letter Queue');

  const RedrivePolicy = JSON.stringify({
    maxReceiveCount: 3,
    deadLetterTargetArn: start.SourceArn,
  });
  const scores = await create('scores.fifo', { RedrivePolicy });
  for (const id of ['1', '2']) {
    await client.send(
      new SendMessageCommand({ QueueUrl: deadLetters, ...entry(id, id), MessageGroupId: id }),
    );
  }
  const { TaskHandle } = await move();
  const { Results } = await client.send(
    new ListMessageMoveTasksCommand({ SourceArn: start.SourceArn }),
  );
  expect(Results).toMatchObject([
    { ...start, Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 },
  ]);
  await expect(client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toThrow(
    'no task that is under way',
  );
  const received = async (QueueUrl: string | undefined) =>
    (
      await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
    ).Messages?.map(({ Body }) => Body);
  expect(await received(scores)).toEqual(['1', '2']);
  expect(await received(deadLetters)).toBeUndefined();
});

test('the entries of a batch succeed and fail each by itself', async () => {
  const { Successful, Failed } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [entry('good', 'text'), entry('long', 'x'.repeat(1_025)), entry('bad', '\uFFFE')],
    }),
  );
  expect(Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
    ['long', 'InvalidParameterValue'],
    ['bad', 'InvalidMessageContents'],
  ]);
});

test.each([
  [
    'a queue that is not there',
    { QueueUrl: 'http://127.0.0.1/000000000000/none' },
    'QueueDoesNotExist',
  ],
  ['more than ten messages', { MaxNumberOfMessages: 11 }, 'InvalidParameterValue'],
  ['a wait of more than 20 seconds', { WaitTimeSeconds: 21 }, 'InvalidParameterValue'],
])('a receive of %s is refused as SQS refuses it', async (_, change, name) => {
  await expect(
    client.send(new ReceiveMessageCommand({ QueueUrl, ...change })),
  ).rejects.toMatchObject({ name });
});

test('a receive whose caller has gone takes no message', async () => {
  const connection = new EngineConnection(sqsApi('us-west-1', Date.now), 'us-west-1');
  const call = async (operation: string, input: object, signal?: AbortSignal) => {
    const body = Buffer.from(JSON.stringify({ QueueUrl: 'left', ...input }));
    const response = await connection.call('AmazonSQS', operation, body, signal);
    return JSON.parse(response.body.toString()) as { Messages?: unknown[] };
  };
  await call('CreateQueue', { QueueName: 'left' });
  const gone = new AbortController();
  const left = call('ReceiveMessage', { WaitTimeSeconds: 20 }, gone.signal);
  gone.abort();
  await call('SendMessage', { MessageBody: 'text' });
  expect(await left).toEqual({});
  expect((await call('ReceiveMessage', {})).Messages).toHaveLength(1);
});

test('a batch without entries is refused', async () => {
  await expect(
    client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] })),
  ).rejects.toMatchObject({ name: expect.stringContaining('EmptyBatchRequest') });
});
