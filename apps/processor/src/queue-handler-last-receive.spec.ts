import { describe, expect, test } from '@jest/globals';
import { PROCESSOR_METRICS } from '@leaderboard/contracts/metrics';
import {
  cancellation,
  eventIdsOf,
  isWrite,
  throttle,
  timeout,
  validationException,
  type Request,
} from './testing/fault-injection.ts';
import {
  ITEM_THROTTLED,
  namesEvent,
  RECORD_FAULTS,
  REQUEST_FAULTS,
} from './testing/lasting-faults.ts';
import {
  messageIdsOf,
  newPlayer,
  queueRecord,
  START_MS,
  update,
  updateRecord,
  updateRecords,
} from './testing/records.ts';
import { MAX_RECEIVE_COUNT, useProcessor } from './testing/test-processor.ts';

const processor = useProcessor();

describe('the last receive', () => {
  test.each(RECORD_FAULTS)(
    '%s: the failing head is dead-lettered with its reason and its nine followers are in the ledger',
    async (_, failFor) => {
      const player = newPlayer();
      const records = updateRecords(player, 10, MAX_RECEIVE_COUNT);
      failFor(processor, 'e0');
      expect(await processor.handle(records)).toEqual([]);
      expect(await processor.eventIdsOf(player)).toEqual(
        Array.from({ length: 9 }, (__, index) => `e${index + 1}`),
      );
      expect(await processor.versionsOf(player)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(processor.deadLettered).toEqual([[records[0]?.messageId, 'TransientFailure']]);
      expect(processor.deadLetters.letters[0]?.reason).toMatch(/throttl|conflict/i);
      expect(processor.metrics.total(PROCESSOR_METRICS.updateError)).toBe(1);
      expect(processor.metrics.total(PROCESSOR_METRICS.batchSuccess)).toBe(1);
    },
  );

  test.each(REQUEST_FAULTS)(
    '%s until the time is up: the group is dead-lettered in order, and no other',
    async (_, failFor) => {
      const [player, other] = [newPlayer(), newPlayer()];
      const records = updateRecords(player, 3, MAX_RECEIVE_COUNT);
      failFor(processor, 'e0');
      expect(await processor.handle([...records, updateRecord(update(other, 'o1'))])).toEqual([]);
      expect(await processor.eventIdsOf(player)).toEqual([]);
      expect(await processor.eventIdsOf(other)).toEqual(['o1']);
      expect(processor.deadLettered).toEqual(
        records.map(({ messageId }) => [messageId, 'TransientFailure']),
      );
      const [first, ...followers] = processor.deadLetters.letters.map(({ reason }) => reason);
      expect(first).toMatch(/^\w+: .*(throttled|timed out) \(attempts: \d+\)$/);
      for (const reason of followers) expect(reason).toBe(`not tried: ${first}`);
    },
  );

  test('a follower has its own attempts and time after its head was given up', async () => {
    const player = newPlayer();
    const records = updateRecords(player, 2, MAX_RECEIVE_COUNT);
    let failuresOfFollower = 0;
    processor.faults.plan = (request) => {
      if (!isWrite(request)) return undefined;
      processor.clockMs += 1_400;
      if (namesEvent(request, 'e0')) {
        return { when: 'before', error: cancellation(request, ['e0'], 'ThrottlingError') };
      }
      failuresOfFollower += 1;
      if (failuresOfFollower > 3) return undefined;
      return { when: 'before', error: cancellation(request, ['e1'], 'ThrottlingError') };
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e1']);
    expect(processor.deadLettered).toEqual([[records[0]?.messageId, 'TransientFailure']]);
  });

  test('the followers of an isolated record are soon written together again', async () => {
    const records = updateRecords(newPlayer(), 10, MAX_RECEIVE_COUNT);
    processor.faults.plan = (request) =>
      namesEvent(request, 'e0') ? { when: 'before', error: validationException() } : undefined;
    expect(await processor.handle(records)).toEqual([]);
    const writtenTogether = processor.writes.map((request) => new Set(eventIdsOf(request)).size);
    expect(writtenTogether).toEqual([10, 5, 3, 2, 1, 1, 2, 4, 2]);
  });

  test('a follower that has receives left is not dead-lettered with its head', async () => {
    const player = newPlayer();
    const [head, follower] = [
      updateRecord(update(player, 'e0'), { receiveCount: MAX_RECEIVE_COUNT }),
      updateRecord(update(player, 'e1'), { receiveCount: 1 }),
    ];
    processor.faults.plan = (request) =>
      isWrite(request)
        ? { when: 'before', error: cancellation(request, ['#head'], 'ThrottlingError') }
        : undefined;
    expect(await processor.handle([head, follower])).toEqual([follower.messageId]);
    expect(processor.deadLettered).toEqual([[head.messageId, 'TransientFailure']]);
  });

  test('while the store stays down, every record of the batch is dead-lettered with its reason, in order', async () => {
    const player = newPlayer();
    const records = updateRecords(player, 10, MAX_RECEIVE_COUNT);
    processor.faults.plan = () => {
      processor.clockMs += 20;
      return { when: 'before', error: throttle() };
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(processor.deadLettered).toEqual(
      records.map(({ messageId }) => [messageId, 'TransientFailure']),
    );
  });

  test.each([
    ['no request', Infinity],
    ['reads only', 0],
    ['reads only, and late', 21_000],
  ])(
    'with a store that responds to %s, a record is dead-lettered before the function is killed, whenever its time runs out',
    async (_, readsSucceedFromMs) => {
      for (let random = 0; random < 1; random += 0.05) {
        processor.reset();
        processor.random = () => random;
        processor.faults.plan = (request) => {
          const succeeds = !isWrite(request) && processor.clockMs >= START_MS + readsSucceedFromMs;
          processor.clockMs += succeeds ? 2_900 : 3_000;
          if (succeeds) return undefined;
          return { when: 'before', error: timeout() };
        };
        expect(await processor.handle(updateRecords(newPlayer(), 1, MAX_RECEIVE_COUNT))).toEqual(
          [],
        );
        expect(processor.deadLettered).toEqual([[expect.any(String), 'TransientFailure']]);
        const remainingMs = START_MS + processor.timeoutMs - processor.clockMs;
        expect(remainingMs).toBeGreaterThanOrEqual(1_500);
      }
    },
  );

  test('when the dead-letter queue is down too, the group returns', async () => {
    const player = newPlayer();
    const records = updateRecords(player, 3, MAX_RECEIVE_COUNT);
    ITEM_THROTTLED(processor, 'e0');
    processor.deadLetters.refuses = () => true;
    expect(await processor.handle(records)).toEqual(messageIdsOf(records));
  });

  test('a record that was dead-lettered can be sent back and is then written', async () => {
    const player = newPlayer();
    ITEM_THROTTLED(processor, 'e0');
    const [record] = updateRecords(player, 1, MAX_RECEIVE_COUNT);
    await processor.handle(record ? [record] : []);
    processor.faults.plan = () => undefined;
    const redriven = queueRecord(record?.body ?? '', player);
    expect(await processor.handle([redriven])).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0']);
  });
});

describe('what is certain on the last receive', () => {
  const conflict = (request: Request, eventId: string) =>
    ({ when: 'before', error: cancellation(request, [eventId], 'TransactionConflict') }) as const;

  test('a commit settles the outcome of earlier attempts whose responses were lost', async () => {
    const player = newPlayer();
    const records = updateRecords(player, 2, MAX_RECEIVE_COUNT);
    processor.faults.plan = (request) => {
      if (processor.writes.length === 0) return undefined;
      if (!isWrite(request) || processor.writes.length === 1)
        return { when: 'before', error: timeout() };
      return namesEvent(request, 'e1') ? conflict(request, 'e1') : undefined;
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0']);
    expect(processor.deadLettered).toEqual([[records[1]?.messageId, 'TransientFailure']]);
  });

  test('reading that the head was not committed settles it for its followers', async () => {
    const player = newPlayer();
    const records = updateRecords(player, 2, MAX_RECEIVE_COUNT);
    let readsAfterWriting = 0;
    processor.faults.plan = (request) => {
      if (processor.writes.length === 0) return undefined;
      if (!isWrite(request)) {
        readsAfterWriting += 1;
        return readsAfterWriting === 1 ? undefined : { when: 'before', error: timeout() };
      }
      if (namesEvent(request, 'e0')) return { when: 'before', error: timeout() };
      return conflict(request, 'e1');
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(processor.deadLettered).toEqual(
      records.map(({ messageId }) => [messageId, 'TransientFailure']),
    );
  });
});
