import { expect, test } from '@jest/globals';
import { isRaise, isWrite, throttle, timeout } from './testing/fault-injection.ts';
import { newPlayer, redelivered, update, updateRecord } from './testing/records.ts';
import { MAX_RECEIVE_COUNT, useProcessor } from './testing/test-processor.ts';

const processor = useProcessor();

/** The first message fails for the last time and is dead-lettered; the second one is written. */
async function deadLetterFirst(player: string) {
  const first = updateRecord(update(player, 'first'), { receiveCount: MAX_RECEIVE_COUNT });
  const second = updateRecord(update(player, 'second'));
  processor.faults.plan = (request) =>
    isWrite(request) ? { when: 'before', error: throttle() } : undefined;
  expect(await processor.handle([first])).toEqual([]);
  processor.faults.plan = () => undefined;
  expect(await processor.handle([second])).toEqual([]);
  return first;
}

test('a message that was dead-lettered is not written by an invocation that still holds it', async () => {
  const player = newPlayer();
  const first = await deadLetterFirst(player);
  expect(await processor.handle([redelivered(first, 2)])).toEqual([first.messageId]);
  expect(await processor.eventIdsOf(player)).toEqual(['second']);
  expect(processor.deadLettered).toEqual([[first.messageId, 'TransientFailure']]);
});

test('on its last receive, a superseded message is dead-lettered as Superseded', async () => {
  const player = newPlayer();
  const first = await deadLetterFirst(player);
  expect(await processor.handle([first])).toEqual([]);
  expect(await processor.eventIdsOf(player)).toEqual(['second']);
  expect(processor.deadLettered).toEqual([
    [first.messageId, 'TransientFailure'],
    [first.messageId, 'Superseded'],
  ]);
});

test('a message of a queue that was created again is written, although its sequence number is lower', async () => {
  const player = newPlayer();
  const before = updateRecord(update(player, 'before'));
  await processor.handle([before]);
  const after = updateRecord(update(player, 'after'), {
    sentAtMs: Number(before.attributes.SentTimestamp) + 60_000,
  });
  after.attributes.SequenceNumber = '1';
  expect(await processor.handle([after])).toEqual([]);
  expect(await processor.eventIdsOf(player)).toEqual(['before', 'after']);
});

test('a message whose write may still take place is returned when its head cannot be raised', async () => {
  const player = newPlayer();
  const record = updateRecord(update(player, 'e1'), { receiveCount: MAX_RECEIVE_COUNT });
  processor.faults.plan = (request) =>
    isWrite(request) || isRaise(request) ? { when: 'before', error: timeout() } : undefined;
  expect(await processor.handle([record])).toEqual([record.messageId]);
  expect(processor.deadLettered).toEqual([]);
});
