import { describe, expect, test } from '@jest/globals';
import { PROCESSOR_METRICS } from '@leaderboard/contracts/metrics';
import type { SQSRecord } from 'aws-lambda';
import { HEAD_SORT_KEY, processedEventKey } from '@leaderboard/tables';
import { MAX_ATTEMPTS, reserveMs } from './retry-policy.ts';
import {
  cancellation,
  eventIdsOf,
  isWrite,
  throttle,
  timeout,
  type Request,
} from './testing/fault-injection.ts';
import { ITEM_THROTTLED, RECORD_FAULTS, REQUEST_FAULTS } from './testing/lasting-faults.ts';
import {
  messageIdsOf,
  newPlayer,
  queueRecord,
  redelivered,
  START_MS,
  update,
  updateRecord,
  updateRecords,
} from './testing/records.ts';
import { MAX_RECEIVE_COUNT, TABLES, useProcessor } from './testing/test-processor.ts';

const processor = useProcessor();

describe('transient failures', () => {
  test.each(RECORD_FAULTS)(
    '%s in the middle returns that record and all later ones of its group, and no others',
    async (_, failFor) => {
      const [player, left, right] = [newPlayer(), newPlayer(), newPlayer()];
      const group = updateRecords(player, 6);
      failFor(processor, 'e3');
      const batch = [
        updateRecord(update(left, 'l1')),
        ...group,
        updateRecord(update(right, 'r1')),
        updateRecord(update(right, 'r2')),
      ];
      expect(await processor.handle(batch)).toEqual(messageIdsOf(group.slice(3)));
      expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e2']);
      expect(await processor.versionsOf(left)).toEqual([1]);
      expect(await processor.versionsOf(right)).toEqual([1, 2]);
      expect(processor.deadLetters.letters).toEqual([]);
      expect(processor.metrics.total(PROCESSOR_METRICS.updateError)).toBe(1);
      expect(processor.metrics.total(PROCESSOR_METRICS.batchFailed)).toBe(1);

      processor.faults.plan = () => undefined;
      const again = group.slice(3).map((record) => redelivered(record, 2));
      expect(await processor.handle(again)).toEqual([]);
      expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5']);
      expect(await processor.versionsOf(player)).toEqual([1, 2, 3, 4, 5, 6]);
    },
  );

  test.each(REQUEST_FAULTS)(
    '%s is retried until the time is up; then its group returns, and no other',
    async (_, failFor) => {
      const [player, left, right] = [newPlayer(), newPlayer(), newPlayer()];
      const group = updateRecords(player, 3);
      failFor(processor, 'e1');
      const batch = [
        updateRecord(update(left, 'l1')),
        ...group,
        updateRecord(update(right, 'r1')),
        queueRecord('{}', newPlayer()),
      ];
      expect(await processor.handle(batch)).toEqual(messageIdsOf(group));
      expect(await processor.versionsOf(left)).toEqual([1]);
      expect(await processor.versionsOf(right)).toEqual([1]);
      expect(processor.deadLettered).toEqual([[batch.at(-1)?.messageId, 'InvalidMessage']]);
      const triedMs = processor.clockMs - START_MS;
      expect(triedMs).toBeGreaterThanOrEqual(processor.timeoutMs - reserveMs(processor.timeoutMs));

      processor.faults.plan = () => undefined;
      const again = group.map((record) => redelivered(record, 2));
      expect(await processor.handle(again)).toEqual([]);
      expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
    },
  );

  test('an invalid record behind a transient failure stays untouched', async () => {
    const player = newPlayer();
    const batch = [
      updateRecord(update(player, 'e0')),
      queueRecord('{}', player),
      updateRecord(update(player, 'e1')),
    ];
    ITEM_THROTTLED(processor, 'e0');
    expect(await processor.handle(batch)).toEqual(messageIdsOf(batch));
    expect(processor.deadLetters.letters).toEqual([]);
  });

  test.each([
    ['of the whole request', () => throttle()],
    ['of an item', (request: Request) => cancellation(request, ['e1'], 'TransactionConflict')],
    ['of the head', (request: Request) => cancellation(request, ['#head'], 'ThrottlingError')],
    ['of a transaction that gives no reason', (request: Request) => cancellation(request, [], '')],
  ])('a short throttle or conflict %s is retried in the same invocation', async (_, error) => {
    const player = newPlayer();
    processor.faults.plan = (request) =>
      isWrite(request) && processor.writes.length <= 3
        ? { when: 'before', error: error(request) }
        : undefined;
    expect(await processor.handle(updateRecords(player, 3))).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
  });

  test('a read of heads that fails is retried', async () => {
    const player = newPlayer();
    processor.faults.plan = () =>
      processor.faults.requests.length <= 2 ? { when: 'before', error: throttle() } : undefined;
    expect(await processor.handle(updateRecords(player, 3))).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
  });

  test('a player whose head was not read waits; the others are written immediately', async () => {
    const [late, other] = [newPlayer(), newPlayer()];
    await processor.handle([updateRecord(update(late, 'before'))]);
    const writesBefore = processor.writes.length;
    const Keys = [processedEventKey(late, HEAD_SORT_KEY)];
    let isFirstRead = true;
    processor.faults.plan = (request) => {
      if (isWrite(request) || !isFirstRead) return undefined;
      isFirstRead = false;
      const UnprocessedKeys = { [TABLES.processedEvents]: { Keys } };
      return { when: 'instead', output: { Responses: {}, UnprocessedKeys, $metadata: {} } };
    };
    const records = [updateRecord(update(late, 'late')), updateRecord(update(other, 'other'))];
    expect(await processor.handle(records)).toEqual([]);
    expect(processor.writes.slice(writesBefore).map(eventIdsOf)).toEqual([
      ['other', 'other'],
      ['late', 'late'],
    ]);
    expect(await processor.versionsOf(late)).toEqual([1, 2]);
  });

  test('attempts for one record are limited, so that one record does not use up the invocation', async () => {
    const player = newPlayer();
    ITEM_THROTTLED(processor, 'e0');
    const records = updateRecords(player, 1);
    expect(await processor.handle(records)).toEqual(messageIdsOf(records));
    expect(processor.writes).toHaveLength(MAX_ATTEMPTS);
  });

  test('a throttle of the store that lasts 20 s is outlasted in one receive', async () => {
    const player = newPlayer();
    processor.faults.plan = (request) =>
      isWrite(request) && processor.clockMs < START_MS + 20_000
        ? { when: 'before', error: throttle() }
        : undefined;
    expect(await processor.handle(updateRecords(player, 3))).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
  });

  test('a slow dead-letter queue delays its own group only, and takes the letters of a group together', async () => {
    const [bad, good] = [newPlayer(), newPlayer()];
    processor.deadLetters.requested = () => {
      processor.clockMs += 3_000;
    };
    const invalid = Array.from({ length: 9 }, () => queueRecord('{"score":"none"}', bad));
    expect(await processor.handle([...invalid, updateRecord(update(good, 'e1'))])).toEqual([]);
    expect(await processor.versionsOf(good)).toEqual([1]);
    expect(processor.deadLettered.map(([messageId]) => messageId)).toEqual(messageIdsOf(invalid));
    expect(processor.clockMs - START_MS).toBe(3_000);
  });

  test('when the time runs out, the rest is returned in order', async () => {
    const [slow, other] = [newPlayer(), newPlayer()];
    const records = [...updateRecords(slow, 3), ...updateRecords(other, 2)];
    processor.faults.plan = () => {
      processor.clockMs += 11_000;
      return { when: 'before', error: timeout() };
    };
    expect((await processor.handle(records)).toSorted()).toEqual(messageIdsOf(records).toSorted());
    expect(processor.faults.requests.length).toBeLessThan(4);
  });
});

describe('a zombie: an invocation that still works on a message after the next one settled it', () => {
  test.each([
    ['returns the message', 2, ['e1'], []],
    ['returns the message, also before anything behind it is written', 2, [], []],
    [
      'dead-letters it as superseded on its last receive',
      MAX_RECEIVE_COUNT,
      ['e1'],
      ['Superseded'],
    ],
  ])('does not write, and %s', async (_, receiveCount, followers, letters) => {
    const player = newPlayer();
    // Long before: what is settled later has to say when it was sent, or the zombie takes it for older than its message.
    const sentAtMs = START_MS - 60_000;
    await processor.handle([updateRecord(update(player, 'earlier'), { sentAtMs })]);
    const [first, ...behind] = ['e0', ...followers].map((eventId) =>
      updateRecord(update(player, eventId), { receiveCount: MAX_RECEIVE_COUNT }),
    ) as [SQSRecord, ...SQSRecord[]];
    const next = processor.another();
    ITEM_THROTTLED(next, 'e0');
    let isSettled = false;
    let settling: Promise<string[]> | undefined;
    processor.faults.plan = (request) => {
      if (!isWrite(request) || isSettled) return undefined;
      settling ??= next.handle([first, ...behind]).finally(() => {
        isSettled = true;
      });
      processor.clockMs = START_MS;
      return { when: 'before', error: throttle() };
    };
    const returned = await processor.handle([redelivered(first, receiveCount)]);
    expect(await settling).toEqual([]);
    expect(next.deadLettered).toEqual([[first.messageId, 'TransientFailure']]);
    expect(returned).toEqual(letters.length > 0 ? [] : [first.messageId]);
    expect(processor.deadLettered.map(([, errorType]) => errorType)).toEqual(letters);
    expect(await processor.eventIdsOf(player)).toEqual(['earlier', ...followers]);
  });
});

describe('lost responses', () => {
  test('a commit whose response is lost is a success, once', async () => {
    const player = newPlayer();
    processor.faults.plan = (request) =>
      isWrite(request) && processor.writes.length === 1
        ? { when: 'after', error: timeout() }
        : undefined;
    expect(await processor.handle(updateRecords(player, 3))).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
    expect(processor.metrics.total(PROCESSOR_METRICS.updateSuccess)).toBe(3);
    expect(processor.metrics.total(PROCESSOR_METRICS.duplicateSuppressed)).toBe(0);
  });

  test('a message delivered again after its commit, because the function was killed, counts as the success that it was', async () => {
    const player = newPlayer();
    const records = updateRecords(player, 3);
    await processor.handle(records);
    const next = processor.another();
    expect(await next.handle(records.map((record) => redelivered(record, 2)))).toEqual([]);
    expect(await next.versionsOf(player)).toEqual([1, 2, 3]);
    expect(next.metrics.total(PROCESSOR_METRICS.updateSuccess)).toBe(3);
    expect(next.metrics.total(PROCESSOR_METRICS.duplicateSuppressed)).toBe(0);
  });

  test('on the last receive a record is not dead-lettered when a lost commit brought it into the ledger', async () => {
    const player = newPlayer();
    processor.faults.plan = (request) => {
      if (!isWrite(request)) return undefined;
      return processor.writes.length === 1
        ? { when: 'after', error: timeout() }
        : { when: 'before', error: throttle() };
    };
    const records = updateRecords(player, 1, MAX_RECEIVE_COUNT);
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1]);
    expect(processor.deadLetters.letters).toEqual([]);
    expect(processor.metrics.total(PROCESSOR_METRICS.updateSuccess)).toBe(1);
  });

  test('on the last receive a record returns when it is unknown whether it was committed', async () => {
    const player = newPlayer();
    processor.faults.plan = () => {
      if (processor.writes.length === 0) return undefined;
      return { when: processor.writes.length === 1 ? 'after' : 'before', error: timeout() };
    };
    const records = updateRecords(player, 1, MAX_RECEIVE_COUNT);
    expect(await processor.handle(records)).toEqual(messageIdsOf(records));
    expect(processor.deadLetters.letters).toEqual([]);
  });
});
