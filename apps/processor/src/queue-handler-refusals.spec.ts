import { beforeEach, describe, expect, test } from '@jest/globals';
import { cancellation, validationException, type Request } from './testing/fault-injection.ts';
import { namesEvent, REFUSED_METADATA, refusal } from './testing/lasting-faults.ts';
import { newPlayer, update, updateRecord, updateRecords } from './testing/records.ts';
import { MAX_RECEIVE_COUNT, useProcessor } from './testing/test-processor.ts';

const processor = useProcessor();

describe('records that the store refuses', () => {
  beforeEach(() => {
    processor.faults.plan = refusal;
  });

  const refused = (player: string, eventId: string, receiveCount = 1) =>
    updateRecord(update(player, eventId, { metadata: REFUSED_METADATA }), { receiveCount });

  test('a refused record is isolated: earlier ones of its group and other groups are written', async () => {
    const [player, ...others] = Array.from({ length: 4 }, newPlayer) as [string, ...string[]];
    const group = [
      ...updateRecords(player, 4),
      refused(player, 'refused'),
      updateRecord(update(player, 'last')),
    ];
    const batch = [...group, ...others.map((other) => updateRecord(update(other, 'o1')))];
    expect(await processor.handle(batch)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e2', 'e3', 'last']);
    expect(processor.deadLettered).toEqual([[group[4]?.messageId, 'RecordRefused']]);
    for (const other of others) expect(await processor.versionsOf(other)).toEqual([1]);
  });

  test('is dead-lettered on its first receive, once, with its reason; its followers are written', async () => {
    const player = newPlayer();
    const batch = [refused(player, 'refused'), ...updateRecords(player, 9)];
    expect(await processor.handle(batch)).toEqual([]);
    expect(processor.deadLetters.letters).toMatchObject([
      {
        record: { messageId: batch[0]?.messageId },
        errorType: 'RecordRefused',
        reason: expect.stringContaining('Item size'),
      },
    ]);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each([
    [
      'one item of a transaction',
      (request: Request) => cancellation(request, ['e2'], 'ItemCollectionSizeLimitExceeded'),
    ],
    ['a whole request', () => validationException()],
  ])('a refusal of %s affects only the record that is the cause', async (_, error) => {
    const player = newPlayer();
    const records = updateRecords(player, 5, MAX_RECEIVE_COUNT);
    processor.faults.plan = (request) =>
      namesEvent(request, 'e2') ? { when: 'before', error: error(request) } : undefined;
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e3', 'e4']);
    expect(processor.deadLettered).toEqual([[records[2]?.messageId, 'RecordRefused']]);
  });
});
