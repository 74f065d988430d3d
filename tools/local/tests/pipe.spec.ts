import { describe, expect, test } from '@jest/globals';
import { DeleteItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Message } from '@aws-sdk/client-sqs';

import { putItem, staysEmpty, takeMessages } from './table-and-queue.ts';
import { eventually, useStack, withStack } from './use-stack.ts';

interface Event {
  readonly eventID: string;
  readonly dynamodb: { readonly Keys: { readonly timestamp: { readonly N: string } } };
}

function eventOf(message: Message): Event {
  return JSON.parse(message.Body ?? '') as Event;
}

function timestampsOf(messages: readonly Message[]): number[] {
  return messages.map((message) => Number(eventOf(message).dynamodb.Keys.timestamp.N));
}

describe('a pipe from a stream to a queue', () => {
  const stack = useStack('live');

  test('delivers an insert as EventBridge does, in the message group of its player', async () => {
    await putItem(stack, 'shape', 17, { game_id: 'chess' });
    const [message] = await takeMessages(stack, 'queue_url', 1);
    expect(JSON.parse(message?.Body ?? '')).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'INSERT',
      eventVersion: expect.any(String),
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-west-1',
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { player_id: { S: 'shape' }, timestamp: { N: '17' } },
        NewImage: { player_id: { S: 'shape' }, timestamp: { N: '17' }, game_id: { S: 'chess' } },
        SequenceNumber: expect.stringMatching(/^\d+$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: stack.output('stream_arn'),
    });
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: 'shape',
      MessageDeduplicationId: (JSON.parse(message?.Body ?? '') as { eventID: string }).eventID,
    });
  });

  test('filters out changes and removals', async () => {
    await putItem(stack, 'filtered', 1);
    await putItem(stack, 'filtered', 1, { game_id: 'go' });
    await stack.dynamodb.send(
      new DeleteItemCommand({
        TableName: stack.output('table_name'),
        Key: { player_id: { S: 'filtered' }, timestamp: { N: '1' } },
      }),
    );
    await putItem(stack, 'filtered', 2);
    expect(timestampsOf(await takeMessages(stack, 'queue_url', 2))).toEqual([1, 2]);
    expect(await staysEmpty(stack, 'queue_url')).toBe(true);
  });

  test('keeps the order of many inserts of one player', async () => {
    const timestamps = Array.from({ length: 35 }, (_, index) => index + 1);
    await stack.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: timestamps.map((timestamp) => ({
          Put: {
            TableName: stack.output('table_name'),
            Item: { player_id: { S: 'busy' }, timestamp: { N: String(timestamp) } },
          },
        })),
      }),
    );
    expect(timestampsOf(await takeMessages(stack, 'queue_url', 35))).toEqual(timestamps);
  });

  test('sends a batch again that the queue rejected, and loses nothing', async () => {
    const fault = await stack.control.inject({
      service: 'sqs',
      operation: 'SendMessageBatch',
      function: stack.output('pipe_name'),
      when: 'after',
      effect: { error: 'ServiceUnavailable', status: 400 },
      times: 2,
    });
    await putItem(stack, 'again', 1);
    expect(timestampsOf(await takeMessages(stack, 'queue_url', 1))).toEqual([1]);
    await eventually(async () => (await fault.hits()) === 2);
    expect(await staysEmpty(stack, 'queue_url')).toBe(true);
  });

  test('gives up on a record that always fails, dead-letters its position, and continues', async () => {
    const fault = await stack.control.inject({
      service: 'sqs',
      operation: 'SendMessageBatch',
      function: stack.output('pipe_name'),
      body_includes: 'cursed',
      when: 'before',
      effect: { error: 'InvalidParameterValue', status: 400 },
    });
    await stack.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: ['fine-1', 'cursed', 'fine-2', 'fine-3'].map((playerId) => ({
          Put: {
            TableName: stack.output('table_name'),
            Item: { player_id: { S: playerId }, timestamp: { N: '1' } },
          },
        })),
      }),
    );
    const groups = (await takeMessages(stack, 'queue_url', 3)).map(
      (message) => message.Attributes?.MessageGroupId,
    );
    expect(groups.sort()).toEqual(['fine-1', 'fine-2', 'fine-3']);
    const [letter] = await takeMessages(stack, 'pipe_dlq_url', 1);
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({
      context: { condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: stack.output('stream_arn') },
    });
    await fault.remove();
  });
});

describe('a pipe with --pipe-chaos', () => {
  function deliveriesBySeed(seed: string): Promise<string[]> {
    return withStack('live', { args: ['--pipe-chaos', seed] }, async (stack) => {
      await stack.dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: Array.from({ length: 60 }, (_, index) => ({
            Put: {
              TableName: stack.output('table_name'),
              Item: { player_id: { S: 'one' }, timestamp: { N: String(index + 1) } },
            },
          })),
        }),
      );
      const messages = await takeMessages(stack, 'queue_url', 61);
      return timestampsOf(messages).map(String);
    });
  }

  test('delivers every record, some twice, and out of order', async () => {
    const deliveries = await deliveriesBySeed('7');
    const once = Array.from({ length: 60 }, (_, index) => String(index + 1));
    expect(new Set(deliveries)).toEqual(new Set(once));
    expect(deliveries.length).toBeGreaterThan(60);
    expect(
      deliveries.filter((timestamp, index) => deliveries.indexOf(timestamp) === index),
    ).not.toEqual(once);
  });
});

describe('a pipe that AWS would reject is rejected', () => {
  test.each([
    [
      'batches larger than the queue accepts',
      { pipeBatchSize: '11' },
      /batches of 1 to 10 records; batchSize is 11/,
    ],
    ['a FIFO dead-letter queue', { fifoPipeDlq: 'true' }, /must be a standard queue/],
  ])('%s', async (_, config, message) => {
    const started = withStack('live', { config }, () => Promise.resolve());
    await expect(started).rejects.toThrow(message);
  });
});
