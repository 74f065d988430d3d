import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { METRIC_NAMES } from './metric-names.ts';
import { startDynamoDbEngine, type DynamoDbEngine } from './testing/dynamodb-engine.ts';
import {
  cancellation,
  eventIdsOf,
  isWrite,
  throttle,
  timeout,
  validationException,
  type Request,
} from './testing/fault-injection.ts';
import { ITEM_THROTTLED, LASTING_FAULTS, namesEvent } from './testing/lasting-faults.ts';
import {
  MAX_RECEIVE_COUNT,
  newPlayer,
  queueRecord,
  START_MS,
  TestProcessor,
  update,
  updateRecord,
} from './testing/test-processor.ts';

let engine: DynamoDbEngine;
let processor: TestProcessor;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(async () => {
  await engine.stop();
});
beforeEach(() => {
  processor = new TestProcessor(engine);
});

const idsOf = (records: readonly SQSRecord[]) => records.map(({ messageId }) => messageId);
const summaries = () =>
  processor.deadLetters.letters.map(({ record, errorType }) => [record.messageId, errorType]);
const recordsOf = (player: string, count: number, receiveCount = 1) =>
  Array.from({ length: count }, (_, index) =>
    updateRecord(update(player, `e${index}`), { receiveCount }),
  );
const writes = () => processor.faults.requests.filter(isWrite);

describe('the last receive', () => {
  test.each(LASTING_FAULTS)(
    '%s: the failing head is dead-lettered with its reason and its nine followers are in the ledger',
    async (_, failFor) => {
      const player = newPlayer();
      const records = recordsOf(player, 10, MAX_RECEIVE_COUNT);
      failFor(processor, 'e0');
      expect(await processor.handle(records)).toEqual([]);
      expect(await processor.eventIdsOf(player)).toEqual(
        Array.from({ length: 9 }, (__, index) => `e${index + 1}`),
      );
      expect(await processor.versionsOf(player)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(summaries()).toEqual([[records[0]?.messageId, 'TransientFailure']]);
      expect(processor.deadLetters.letters[0]?.reason).toMatch(/throttl|conflict|timed out/i);
      expect(processor.metrics.total(METRIC_NAMES.updateError)).toBe(1);
      expect(processor.metrics.total(METRIC_NAMES.batchSuccess)).toBe(1);
    },
  );

  test('a follower has attempts and time of its own after its head was given up', async () => {
    const player = newPlayer();
    const records = recordsOf(player, 2, MAX_RECEIVE_COUNT);
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
    expect(summaries()).toEqual([[records[0]?.messageId, 'TransientFailure']]);
  });

  test('the followers of an isolated record are soon written together again', async () => {
    const records = recordsOf(newPlayer(), 10, MAX_RECEIVE_COUNT);
    processor.faults.plan = (request) =>
      namesEvent(request, 'e0') ? { when: 'before', error: validationException() } : undefined;
    expect(await processor.handle(records)).toEqual([]);
    const writtenTogether = writes().map((request) => new Set(eventIdsOf(request)).size);
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
    expect(summaries()).toEqual([[head.messageId, 'TransientFailure']]);
  });

  test('with the store down for good every record of the batch is dead-lettered with its reason, in order', async () => {
    const player = newPlayer();
    const records = recordsOf(player, 10, MAX_RECEIVE_COUNT);
    processor.faults.plan = () => {
      processor.clockMs += 20;
      return { when: 'before', error: throttle() };
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(summaries()).toEqual(records.map(({ messageId }) => [messageId, 'TransientFailure']));
  });

  test.each([
    ['nothing', Infinity],
    ['nothing but reads', 0],
    ['nothing but reads in the end', 21_000],
  ])(
    'with a store that answers %s, a record is dead-lettered before the function is killed, whenever its time runs out',
    async (_, readsAnswerFromMs) => {
      for (let random = 0; random < 1; random += 0.05) {
        processor = new TestProcessor(engine);
        processor.random = () => random;
        processor.faults.plan = (request) => {
          const answers = !isWrite(request) && processor.clockMs >= START_MS + readsAnswerFromMs;
          processor.clockMs += answers ? 2_900 : 3_000;
          if (answers) return undefined;
          return { when: 'before', error: timeout() };
        };
        expect(await processor.handle(recordsOf(newPlayer(), 1, MAX_RECEIVE_COUNT))).toEqual([]);
        expect(summaries()).toEqual([[expect.any(String), 'TransientFailure']]);
        const remainingMs = START_MS + processor.timeoutMs - processor.clockMs;
        expect(remainingMs).toBeGreaterThanOrEqual(1_500);
      }
    },
  );

  test('when the dead-letter queue is down too, the group goes back', async () => {
    const player = newPlayer();
    const records = recordsOf(player, 3, MAX_RECEIVE_COUNT);
    ITEM_THROTTLED(processor, 'e0');
    processor.deadLetters.refuses = () => true;
    expect(await processor.handle(records)).toEqual(idsOf(records));
  });

  test('a record that was dead-lettered can be sent back and is then written', async () => {
    const player = newPlayer();
    ITEM_THROTTLED(processor, 'e0');
    const [record] = recordsOf(player, 1, MAX_RECEIVE_COUNT);
    await processor.handle(record ? [record] : []);
    processor.faults.plan = () => undefined;
    const redriven = queueRecord(record?.body ?? '', player);
    expect(await processor.handle([redriven])).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0']);
  });
});

describe('what is known for certain on the last receive', () => {
  const conflict = (request: Request, eventId: string) =>
    ({ when: 'before', error: cancellation(request, [eventId], 'TransactionConflict') }) as const;

  test('a commit settles what became of the unanswered attempts before it', async () => {
    const player = newPlayer();
    const records = recordsOf(player, 2, MAX_RECEIVE_COUNT);
    processor.faults.plan = (request) => {
      if (writes().length === 0) return undefined;
      if (!isWrite(request) || writes().length === 1) return { when: 'before', error: timeout() };
      return namesEvent(request, 'e1') ? conflict(request, 'e1') : undefined;
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0']);
    expect(summaries()).toEqual([[records[1]?.messageId, 'TransientFailure']]);
  });

  test('reading that the head was not committed settles it for its followers', async () => {
    const player = newPlayer();
    const records = recordsOf(player, 2, MAX_RECEIVE_COUNT);
    let readsAfterWriting = 0;
    processor.faults.plan = (request) => {
      if (writes().length === 0) return undefined;
      if (!isWrite(request)) {
        readsAfterWriting += 1;
        return readsAfterWriting === 1 ? undefined : { when: 'before', error: timeout() };
      }
      if (namesEvent(request, 'e0')) return { when: 'before', error: timeout() };
      return conflict(request, 'e1');
    };
    expect(await processor.handle(records)).toEqual([]);
    expect(summaries()).toEqual(records.map(({ messageId }) => [messageId, 'TransientFailure']));
  });
});
