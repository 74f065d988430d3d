import { beforeEach, describe, expect, test } from '@jest/globals';

import { MessageQueue, type NewMessage, type ReceivedMessage } from './message-queue.ts';

const VISIBILITY_MS = 30_000;

let nowMs: number;
let queue: MessageQueue;

beforeEach(() => {
  nowMs = 1_000_000;
  queue = new MessageQueue(true, () => nowMs);
});

const message = (body: string, group: string, deduplicationId = body): NewMessage => ({
  body,
  group,
  deduplicationId,
  attributes: {},
  md5OfBody: '',
  delayMs: 0,
});

const receive = (maximum = 10) => queue.receive(maximum, VISIBILITY_MS, undefined);
const bodiesOf = (received: readonly ReceivedMessage[]) =>
  received.map(({ message: { body } }) => body);

describe('a FIFO queue', () => {
  test('returns several messages of a group in one receive, in their order', () => {
    for (const body of ['a1', 'a2', 'b1', 'a3']) queue.send(message(body, body.slice(0, 1)));
    expect(bodiesOf(receive())).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  test('blocks a group until none of its messages is in flight', () => {
    for (const body of ['a1', 'a2', 'a3']) queue.send(message(body, 'a'));
    const [first, second] = receive(2);
    queue.delete(first?.receiptHandle ?? '');
    expect(receive()).toEqual([]);
    queue.delete(second?.receiptHandle ?? '');
    expect(bodiesOf(receive())).toEqual(['a3']);
  });

  test('returns messages whose visibility timeout is over in the order in which they were sent', () => {
    for (const body of ['a1', 'a2', 'a3']) queue.send(message(body, 'a'));
    receive(2);
    queue.send(message('a4', 'a'));
    nowMs += VISIBILITY_MS;
    const again = receive();
    expect(bodiesOf(again)).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(again.map(({ message: { receives } }) => receives)).toEqual([2, 2, 1, 1]);
  });

  test('keeps that order whichever message a consumer returns first', () => {
    for (const body of ['a1', 'a2', 'a3']) queue.send(message(body, 'a'));
    const [first, second] = receive(2);
    queue.changeVisibility(second?.receiptHandle ?? '', 0);
    expect(receive()).toEqual([]);
    queue.changeVisibility(first?.receiptHandle ?? '', 0);
    expect(bodiesOf(receive())).toEqual(['a1', 'a2', 'a3']);
  });

  test('begins the next receive with another group', () => {
    for (const body of ['a1', 'a2', 'b1']) queue.send(message(body, body.slice(0, 1)));
    for (const { receiptHandle } of receive(1)) queue.delete(receiptHandle);
    expect(bodiesOf(receive(1))).toEqual(['b1']);
  });

  test('moves a message that was received too often to the dead-letter queue, and returns the next of its group', () => {
    const deadLetterQueue = new MessageQueue(true, () => nowMs);
    const redrive = { maxReceiveCount: 2, deadLetterQueue };
    for (const body of ['a1', 'a2']) queue.send(message(body, 'a'));
    for (const expected of [['a1'], ['a1'], ['a2']]) {
      expect(bodiesOf(queue.receive(1, VISIBILITY_MS, redrive))).toEqual(expected);
      nowMs += VISIBILITY_MS;
    }
    expect(bodiesOf(deadLetterQueue.receive(10, VISIBILITY_MS, undefined))).toEqual(['a1']);
  });

  test('drops a repeat within five minutes, and tells what became of the first one', () => {
    const first = queue.send(message('a1', 'a', 'same'));
    nowMs += 299_999;
    expect(queue.send(message('a1', 'a', 'same'))).toMatchObject(first);
    nowMs += 1;
    expect(queue.send(message('a1', 'a', 'same')).id).not.toBe(first.id);
    expect(bodiesOf(receive())).toEqual(['a1', 'a1']);
  });

  test('ends a wait when the group of a message is no longer blocked', async () => {
    for (const body of ['a1', 'a2']) queue.send(message(body, 'a'));
    const [first] = receive(1);
    const waited = queue.waitForMessage(3_600_000, undefined);
    queue.delete(first?.receiptHandle ?? '');
    await waited;
    expect(bodiesOf(receive())).toEqual(['a2']);
  });
});

test('a standard queue returns a message while others are in flight', () => {
  queue = new MessageQueue(false, () => nowMs);
  for (const body of ['1', '2']) {
    queue.send({ ...message(body, ''), group: undefined, deduplicationId: undefined });
  }
  receive(1);
  expect(bodiesOf(receive())).toEqual(['2']);
});

test('a delayed message is counted, and is there when its delay is over', () => {
  queue.send({ ...message('a1', 'a'), delayMs: 5_000 });
  expect(queue.counts).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  nowMs += 5_000;
  expect(bodiesOf(receive())).toEqual(['a1']);
});
