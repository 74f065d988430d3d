import { describe, expect, test } from '@jest/globals';
import { PROCESSOR_METRICS } from '@leaderboard/contracts/metrics';
import { cancellation } from './testing/fault-injection.ts';
import {
  messageIdsOf,
  newPlayer,
  queueRecord,
  redelivered,
  START_MS,
  update,
  updateRecord,
} from './testing/records.ts';
import { MAX_RECEIVE_COUNT, TABLES, useProcessor } from './testing/test-processor.ts';

const processor = useProcessor();

describe('writing', () => {
  test('a zero score is valid, and defaults are filled in', async () => {
    const player = newPlayer();
    const { player_id, event_id, game_id, occurred_at } = update(player, 'e1');
    const body = JSON.stringify({ player_id, event_id, game_id, occurred_at, score: 0 });
    await processor.handle([queueRecord(body, player)]);
    expect(await processor.ledgerOf(player)).toMatchObject([
      { score: 0, update_type: 'score_update', metadata: {} },
    ]);
  });

  test('a short sequence number is padded, so that it sorts as a string', async () => {
    const player = newPlayer();
    const record = updateRecord(update(player, 'e1'));
    record.attributes.SequenceNumber = '7';
    await processor.handle([record]);
    expect(await processor.ledgerOf(player)).toMatchObject([
      { sequence_number: '00000000000000000007' },
    ]);
  });

  test('two updates of one player in one millisecond are versions 1 and 2 with rising timestamps', async () => {
    const player = newPlayer();
    await processor.handle([
      updateRecord(update(player, 'e1')),
      updateRecord(update(player, 'e2')),
    ]);
    await processor.handle([updateRecord(update(player, 'e3'))]);
    expect(await processor.ledgerOf(player)).toMatchObject([
      { event_id: 'e1', version: 1, timestamp: START_MS },
      { event_id: 'e2', version: 2, timestamp: START_MS + 1 },
      { event_id: 'e3', version: 3, timestamp: START_MS + 2 },
    ]);
  });

  test('timestamps keep rising when the clock goes back', async () => {
    const player = newPlayer();
    await processor.handle([updateRecord(update(player, 'e1'))]);
    processor.clockMs -= 60_000;
    await processor.handle([updateRecord(update(player, 'e2'))]);
    expect(await processor.ledgerOf(player)).toMatchObject([
      { event_id: 'e1', timestamp: START_MS },
      { event_id: 'e2', timestamp: START_MS + 1 },
    ]);
  });

  test('a batch of 10 of known players costs two requests to DynamoDB, a consistent read of the heads among them', async () => {
    const players = [newPlayer(), newPlayer(), newPlayer()];
    await processor.handle(players.map((player) => updateRecord(update(player, 'first'))));
    const before = processor.faults.requests.length;
    const records = Array.from({ length: 10 }, (_, index) =>
      updateRecord(update(players[index % 3] ?? '', `e${index}`)),
    );
    expect(await processor.handle(records)).toEqual([]);
    const requests = processor.faults.requests.slice(before);
    expect(requests.map(({ name }) => name)).toEqual([
      'BatchGetItemCommand',
      'TransactWriteItemsCommand',
    ]);
    expect(requests[0]?.input).toMatchObject({
      RequestItems: { [TABLES.processedEvents]: { ConsistentRead: true } },
    });
    expect(await Promise.all(players.map((player) => processor.versionsOf(player)))).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });

  test.each([
    ['new', 0],
    ['known', 2],
  ])(
    'two processors on a %s player at the same time: versions are dense, and what comes too late for its place returns',
    async (_, updatesBefore) => {
      const player = newPlayer();
      const before = Array.from({ length: updatesBefore }, (__, index) => `c${index}`);
      await processor.handle(before.map((id) => updateRecord(update(player, id))));
      const other = processor.another();
      other.clockMs += 10_000;
      const earlier = ['a1', 'a2'].map((id) => updateRecord(update(player, id)));
      const later = ['b1', 'b2'].map((id) => updateRecord(update(player, id)));
      const [returned, ofLater] = await Promise.all([
        processor.handle(earlier),
        other.handle(later),
      ]);
      const isEarlierWritten = returned.length === 0;
      expect(returned).toEqual(isEarlierWritten ? [] : messageIdsOf(earlier));
      expect(ofLater).toEqual([]);
      const eventIds = [...before, ...(isEarlierWritten ? ['a1', 'a2'] : []), 'b1', 'b2'];
      expect(await processor.eventIdsOf(player)).toEqual(eventIds);
      expect(await processor.versionsOf(player)).toEqual(eventIds.map((__, index) => index + 1));
    },
  );

  test('where the head is lost, the versions go on from the ledger', async () => {
    const player = newPlayer();
    await processor.handle([
      updateRecord(update(player, 'e1')),
      updateRecord(update(player, 'e2')),
    ]);
    await processor.removeHead(player);
    processor.clockMs += 60_000;
    expect(await processor.handle([updateRecord(update(player, 'e3'))])).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e1', 'e2', 'e3']);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
  });

  test('an item without a version that came into the ledger past the processor does not block its player', async () => {
    const player = newPlayer();
    await processor.putLedgerItem(player, { timestamp: START_MS + 60_000, version: 'one' });
    expect(await processor.handle([updateRecord(update(player, 'e1'))])).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1, 'one']);
  });

  test('a damaged head stops its player only, and the reason says what to do', async () => {
    const [damaged, other] = [newPlayer(), newPlayer()];
    await processor.putProcessedEvent(damaged, '#head', { version: 'one', timestamp: START_MS });
    const records = [damaged, other].map((player) =>
      updateRecord(update(player, 'e1'), { receiveCount: MAX_RECEIVE_COUNT }),
    );
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.eventIdsOf(other)).toEqual(['e1']);
    expect(processor.deadLetters.letters).toMatchObject([
      {
        record: { messageId: records[0]?.messageId },
        errorType: 'TransientFailure',
        reason: expect.stringContaining(
          'has no number in its attribute version (it has "one"). Restore the item',
        ),
      },
    ]);
  });

  test('two processors with the same message at the same time: it is in the ledger once and settled for both', async () => {
    const player = newPlayer();
    const other = processor.another();
    const record = updateRecord(update(player, 'e1'));
    expect(await Promise.all([processor.handle([record]), other.handle([record])])).toEqual([
      [],
      [],
    ]);
    expect(await processor.versionsOf(player)).toEqual([1]);
  });
});

describe('duplicates', () => {
  test('the same update in another message is dropped and counted', async () => {
    const player = newPlayer();
    await processor.handle([updateRecord(update(player, 'e1'))]);
    const next = [updateRecord(update(player, 'e1')), updateRecord(update(player, 'e2'))];
    expect(await processor.handle(next)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e1', 'e2']);
    expect(processor.metrics.total(PROCESSOR_METRICS.duplicateSuppressed)).toBe(1);
    expect(processor.metrics.total(PROCESSOR_METRICS.updateSuccess)).toBe(2);
  });

  test('a repeat within a batch is dropped without another request', async () => {
    const player = newPlayer();
    await processor.handle([updateRecord(update(player, 'e0'))]);
    const before = processor.faults.requests.length;
    const batch = ['e1', 'e2', 'e1', 'e3'].map((id) => updateRecord(update(player, id)));
    expect(await processor.handle(batch)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e2', 'e3']);
    expect(processor.metrics.total(PROCESSOR_METRICS.duplicateSuppressed)).toBe(1);
    expect(processor.faults.requests.slice(before)).toHaveLength(2);
  });

  test('a message that is received again is recognized before anything is written', async () => {
    const players = Array.from({ length: 10 }, newPlayer);
    const first = players.map((player) => updateRecord(update(player, 'e1')));
    await processor.handle(first);
    const before = processor.faults.requests.length;
    const batch = players.map((player) => updateRecord(update(player, 'e2')));
    const again = first.slice(0, 1).map((record) => redelivered(record, 2));
    expect(await processor.handle([...again, ...batch.slice(1)])).toEqual([]);
    const requests = processor.faults.requests.slice(before);
    expect(requests.map(({ name }) => name).toSorted()).toEqual([
      'BatchGetItemCommand',
      'TransactGetItemsCommand',
      'TransactWriteItemsCommand',
    ]);
    expect(processor.writes.at(-1)?.input).toMatchObject({ TransactItems: { length: 27 } });
  });

  test('while the transaction of a marker is under way, whether its ledger item is there is asked again', async () => {
    const player = newPlayer();
    const record = updateRecord(update(player, 'e1'));
    await processor.handle([record]);
    let conflicts = 2;
    processor.faults.plan = (request) =>
      request.name === 'TransactGetItemsCommand' && conflicts-- > 0
        ? { when: 'before', error: cancellation(request, [], 'None') }
        : undefined;
    expect(await processor.handle([redelivered(record, 2)])).toEqual([]);
    expect(await processor.versionsOf(player)).toEqual([1]);
    expect(conflicts).toBe(-1);
  });

  test('the same event id of two players is in the ledger for both', async () => {
    const [left, right] = [newPlayer(), newPlayer()];
    await processor.handle([
      updateRecord(update(left, 'match')),
      updateRecord(update(right, 'match')),
    ]);
    expect(await processor.eventIdsOf(left)).toEqual(['match']);
    expect(await processor.eventIdsOf(right)).toEqual(['match']);
  });
});

describe('invalid records', () => {
  test('an invalid record is dead-lettered once with its reason, and its group continues immediately', async () => {
    const player = newPlayer();
    const records = [
      updateRecord(update(player, 'e1')),
      queueRecord(JSON.stringify({ ...update(player, 'e2'), score: 'ten' }), player),
      updateRecord(update(player, 'e3')),
    ];
    expect(await processor.handle(records)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e1', 'e3']);
    expect(await processor.versionsOf(player)).toEqual([1, 2]);
    expect(processor.deadLetters.letters).toMatchObject([
      {
        record: { messageId: records[1]?.messageId, body: records[1]?.body },
        errorType: 'InvalidMessage',
        reason: expect.stringContaining('/score'),
      },
    ]);
    expect(processor.metrics.total(PROCESSOR_METRICS.invalidMessage)).toBe(1);
  });

  test('a score outside the bounds of a board is invalid, and the reason names both', async () => {
    const [player, game_id] = [newPlayer(), 'bounded'];
    const tooHigh = updateRecord(update(player, 'e1', { game_id, score: 1_000_001 }));
    const highest = updateRecord(update(player, 'e2', { game_id, score: 1_000_000 }));
    expect(await processor.handle([tooHigh, highest])).toEqual([]);
    expect(processor.deadLetters.letters).toMatchObject([
      {
        record: { messageId: tooHigh.messageId },
        errorType: 'InvalidMessage',
        reason:
          '/score is 1000001, above the greatest score 1000000 of board bounded (rule: score_bounds)',
      },
    ]);
    expect(await processor.eventIdsOf(player)).toEqual(['e2']);
  });

  test.each([
    ['that is not JSON', '{', 'rule: json'],
    ['with a key twice', '{"score":1,"score":2}', 'the key "score" appears twice'],
    [
      'with a number that a double does not hold',
      '{"metadata":{"steam_id":76561198000000001}}',
      '/metadata/steam_id (number 76561198000000001)',
    ],
  ])('a body %s is invalid', async (_, body, reason) => {
    const record = queueRecord(body, newPlayer());
    expect(await processor.handle([record])).toEqual([]);
    expect(processor.deadLetters.letters).toMatchObject([
      { errorType: 'InvalidMessage', reason: expect.stringContaining(reason) },
    ]);
  });

  test('metadata nested deeper than a call stack fails its record, not the batch', async () => {
    const [player, bystander] = [newPlayer(), newPlayer()];
    const nested = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const body = JSON.stringify(update(player, 'e1')).replace(
      '"metadata":{}',
      `"metadata":${nested}`,
    );
    const records = [queueRecord(body, player), updateRecord(update(bystander, 'e1'))];
    expect(await processor.handle(records)).toEqual([]);
    expect(processor.deadLettered).toEqual([[records[0]?.messageId, 'InvalidMessage']]);
    expect(await processor.eventIdsOf(bystander)).toEqual(['e1']);
  });

  test("a message outside its player's group is invalid: it could overtake", async () => {
    const player = newPlayer();
    const record = updateRecord(update(player, 'e1'), { group: 'somebody-else' });
    expect(await processor.handle([record])).toEqual([]);
    expect(await processor.ledgerOf(player)).toEqual([]);
    expect(processor.deadLetters.letters).toMatchObject([
      {
        record: { messageGroupId: 'somebody-else' },
        errorType: 'InvalidMessage',
        reason: expect.stringContaining('somebody-else'),
      },
    ]);
  });

  test.each([
    ['accepted', -35, 'ledger'],
    ['too late', -36, 'InvalidMessage'],
  ])('occurred_at is compared with the time of sending, not with now: %s', async (_, days, end) => {
    const player = newPlayer();
    const sentAtMs = START_MS - 10 * 86_400_000;
    const occurred_at = new Date(sentAtMs + days * 86_400_000).toISOString();
    await processor.handle([updateRecord(update(player, 'e1', { occurred_at }), { sentAtMs })]);
    const inLedger = (await processor.eventIdsOf(player)).map(() => 'ledger');
    expect([...inLedger, ...processor.deadLetters.letters.map((each) => each.errorType)]).toEqual([
      end,
    ]);
  });

  test('when the dead-letter queue refuses, the record and its followers return, and nothing is lost', async () => {
    const [player, bystander] = [newPlayer(), newPlayer()];
    const records = [
      updateRecord(update(player, 'e1')),
      queueRecord('{}', player),
      updateRecord(update(player, 'e3')),
      updateRecord(update(bystander, 'e1')),
    ];
    processor.deadLetters.refuses = () => true;
    expect(await processor.handle(records)).toEqual(
      records.slice(1, 3).map(({ messageId }) => messageId),
    );
    expect(await processor.eventIdsOf(player)).toEqual(['e1']);
    expect(await processor.eventIdsOf(bystander)).toEqual(['e1']);

    processor.deadLetters.refuses = () => false;
    expect(await processor.handle(records.slice(1, 3))).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e1', 'e3']);
    expect(processor.deadLettered).toEqual([[records[1]?.messageId, 'InvalidMessage']]);
  });
});

describe('metrics', () => {
  test('success, score and batch are counted, without a player as a dimension', async () => {
    const player = newPlayer();
    await processor.handle([
      updateRecord(update(player, 'e1', { score: 7 })),
      updateRecord(update(player, 'e2', { score: 35 })),
    ]);
    expect(processor.metrics.published).toHaveLength(1);
    expect(processor.metrics.published[0]).toMatchObject({
      [PROCESSOR_METRICS.updateSuccess]: [1, 1],
      [PROCESSOR_METRICS.playerScore]: [7, 35],
      [PROCESSOR_METRICS.batchSuccess]: 1,
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] },
    });
    expect(JSON.stringify(processor.metrics.published)).not.toContain(player);
  });

  test('a batch with returned records is failed, and the record that failed is an error', async () => {
    processor.deadLetters.refuses = () => true;
    await processor.handle([queueRecord('{}', newPlayer())]);
    expect(processor.metrics.total(PROCESSOR_METRICS.batchFailed)).toBe(1);
    expect(processor.metrics.total(PROCESSOR_METRICS.batchSuccess)).toBe(0);
    expect(processor.metrics.total(PROCESSOR_METRICS.updateError)).toBe(1);
  });

  test('a batch of a standard queue throws, so that all of it is delivered again, and is still counted', async () => {
    const record = updateRecord(update(newPlayer(), 'e1'));
    delete record.attributes.MessageGroupId;
    await expect(processor.handle([record])).rejects.toMatchObject({
      code: 'UnsupportedEventSource',
    });
    expect(processor.metrics.total(PROCESSOR_METRICS.batchFailed)).toBe(1);
  });
});
