import { describe, expect, test } from '@jest/globals';
import { HEAD_SORT_KEY } from '@leaderboard/tables';
import type { SQSRecord } from 'aws-lambda';
import { throttle } from './testing/fault-injection.ts';
import { itemFault, type Fate } from './testing/histories/fates.ts';
import { isRead, writtenItems, type Command } from './testing/histories/requests.ts';
import { useSchedules } from './testing/histories/schedule.ts';
import { MAX_RECEIVE_COUNT } from './testing/histories/simulated-processor.ts';
import { newPlayer, redelivered, START_MS, update, updateRecord } from './testing/records.ts';

const newSchedule = useSchedules();

const THROTTLED: Fate = { kind: 'rejected', error: throttle(), named: false };

describe('a letter is sent while a zombie still runs', () => {
  test.each<[string, (command: Command) => Fate | undefined]>([
    ['lands late', (command) => (isRead(command) ? undefined : { kind: 'late', afterMs: 20_000 })],
    ['is tried again', throttledFor(20)],
  ])('its write that %s does not bring the message into the ledger', async (_, fateOf) => {
    const schedule = newSchedule();
    const player = newPlayer();
    const first = updateRecord(update(player, 'e0'));
    const second = updateRecord(update(player, 'e1'));
    schedule.invoke('zombie', [redelivered(first, 2)], { fateOf });
    schedule.invoke('next', [onLastReceive(first)], {
      atMs: 100,
      fateOf: (command) => failItemsOf(command, first),
    });
    // Only later: it is not the follower's write that keeps the zombie out.
    schedule.invoke('follower', [second], { atMs: 40_000 });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([[1, 'e1']]);
    expect(schedule.letters).toEqual(new Map([[first.messageId, 'TransientFailure']]));
    expect(schedule.returned).toEqual(
      new Map([
        ['zombie', [first.messageId]],
        ['next', []],
        ['follower', []],
      ]),
    );
  });

  test('a write without a response and a head that cannot be raised: the record returns', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    const record = onLastReceive(updateRecord(update(player, 'e0')));
    let hasWritten = false;
    schedule.invoke('first', [record], {
      fateOf: (command) => {
        if (hasWritten) return THROTTLED;
        hasWritten = !isRead(command);
        return hasWritten ? { kind: 'late', afterMs: 25_000 } : undefined;
      },
    });
    await schedule.run();
    expect(schedule.letters.size).toBe(0);
    expect(schedule.returned.get('first')).toEqual([record.messageId]);
  });
});

describe('a head that is lost', () => {
  test('between two invocations: the versions go on', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    schedule.invoke('first', [
      updateRecord(update(player, 'e0')),
      updateRecord(update(player, 'e1')),
    ]);
    schedule.at(1_000, () => schedule.tables.loseProcessedEvent(player, HEAD_SORT_KEY));
    schedule.invoke('second', [updateRecord(update(player, 'e2'))], { atMs: 2_000 });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([
      [1, 'e0'],
      [2, 'e1'],
      [3, 'e2'],
    ]);
  });

  test('between the read and the write of one invocation: the versions go on', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    schedule.invoke('first', [updateRecord(update(player, 'e0'))]);
    // Reads at 1,010 ms, writes at 1,030 ms.
    schedule.invoke('second', [updateRecord(update(player, 'e1'))], { atMs: 1_000 });
    schedule.at(1_020, () => schedule.tables.loseProcessedEvent(player, HEAD_SORT_KEY));
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([
      [1, 'e0'],
      [2, 'e1'],
    ]);
    expect(schedule.returned.get('second')).toEqual([]);
  });

  test('two invocations that find no head do not give one version twice', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    schedule.invoke('first', [updateRecord(update(player, 'e0'))]);
    schedule.at(1_000, () => schedule.tables.loseProcessedEvent(player, HEAD_SORT_KEY));
    const [second, third] = [
      updateRecord(update(player, 'e1')),
      updateRecord(update(player, 'e2')),
    ];
    schedule.invoke('second', [second], { atMs: 2_000 });
    schedule.invoke('third', [redelivered(second, 2), third], { atMs: 2_001 });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([
      [1, 'e0'],
      [2, 'e1'],
      [3, 'e2'],
    ]);
  });
});

describe('sequence numbers', () => {
  test('of a queue that was created again start lower, and its messages are written', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    schedule.invoke('old queue', [withSequence('18850000000000000000', update(player, 'e0'))]);
    schedule.invoke(
      'new queue',
      [
        withSequence('1', update(player, 'e1'), 61_000),
        withSequence('2', update(player, 'e2'), 61_000),
      ],
      { atMs: 61_000 },
    );
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([
      [1, 'e0'],
      [2, 'e1'],
      [3, 'e2'],
    ]);
  });

  test('of a queue that was created again fence off a zombie after a letter', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    const first = withSequence('1', update(player, 'e1'), 61_000);
    schedule.invoke('old queue', [withSequence('18850000000000000000', update(player, 'e0'))]);
    schedule.invoke('letter', [onLastReceive(first)], {
      atMs: 61_000,
      fateOf: (command) => failItemsOf(command, first),
    });
    schedule.invoke('zombie', [redelivered(first, 2)], { atMs: 100_000 });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([[1, 'e0']]);
    expect(schedule.letters).toEqual(new Map([[first.messageId, 'TransientFailure']]));
    expect(schedule.returned.get('zombie')).toEqual([first.messageId]);
  });

  test.each([
    ['2', '10'],
    // More digits than a number attribute holds; as numbers, the two are equal.
    ['100000000000000000000000000000000000001', '100000000000000000000000000000000000002'],
    ['99999999999999999999999999999999999999', '100000000000000000000000000000000000000'],
  ])('%s is before %s', async (lower, higher) => {
    const schedule = newSchedule();
    const player = newPlayer();
    const first = withSequence(lower, update(player, 'e0'));
    const second = withSequence(higher, update(player, 'e1'));
    schedule.invoke('in order', [first]);
    schedule.invoke('after it', [second], { atMs: 1_000 });
    const late = withSequence(lower, update(player, 'e2'));
    schedule.invoke('zombie', [late], { atMs: 2_000 });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([
      [1, 'e0'],
      [2, 'e1'],
    ]);
    expect(schedule.returned.get('zombie')).toEqual([late.messageId]);
  });

  test('a zombie on its last receive is dead-lettered as Superseded, and its followers go on', async () => {
    const schedule = newSchedule();
    const player = newPlayer();
    schedule.invoke('next', [withSequence('20', update(player, 'e1'))]);
    const zombie = onLastReceive(withSequence('10', update(player, 'e0')));
    schedule.invoke('zombie', [zombie, withSequence('30', update(player, 'e2'))], { atMs: 1_000 });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([
      [1, 'e1'],
      [2, 'e2'],
    ]);
    expect(schedule.letters).toEqual(new Map([[zombie.messageId, 'Superseded']]));
    expect(schedule.returned.get('zombie')).toEqual([]);
  });
});

test('a marker whose ledger item is gone does not count: the update is written', async () => {
  const schedule = newSchedule();
  const player = newPlayer();
  schedule.invoke('first', [
    updateRecord(update(player, 'e0')),
    updateRecord(update(player, 'e1')),
  ]);
  schedule.at(1_000, async () => {
    const [, lost] = await schedule.tables.ledgerOf(player);
    await schedule.tables.loseLedgerItem(player, lost?.timestamp ?? 0);
  });
  schedule.invoke('again', [updateRecord(update(player, 'e1'))], { atMs: 2_000 });
  schedule.invoke('repeat', [updateRecord(update(player, 'e1'))], { atMs: 3_000 });
  await schedule.run();
  expect(await schedule.ledgerOf(player)).toEqual([
    [1, 'e0'],
    [3, 'e1'],
  ]);
});

describe('keys that a batch read leaves unread are unknown, never absent', () => {
  test.each([
    ['the head', (key: Key) => key['event_id'] === HEAD_SORT_KEY],
    ['the marker', (key: Key) => key['event_id'] !== HEAD_SORT_KEY],
    ['every key', () => true],
  ])('%s: a message that is in the ledger is acknowledged', async (_, isUnread) => {
    const schedule = newSchedule();
    const player = newPlayer();
    const record = updateRecord(update(player, 'e0'));
    schedule.invoke('first', [record]);
    schedule.invoke('again', [onLastReceive(record)], {
      atMs: 1_000,
      fateOf: (command, index) =>
        index === 0 && isRead(command)
          ? { kind: 'partial', isUnread: (__, key) => isUnread(key) }
          : undefined,
    });
    await schedule.run();
    expect(await schedule.ledgerOf(player)).toEqual([[1, 'e0']]);
    expect(schedule.letters.size).toBe(0);
    expect(schedule.returned.get('again')).toEqual([]);
  });
});

type Key = Readonly<Record<string, unknown>>;

function onLastReceive(record: SQSRecord): SQSRecord {
  return redelivered(record, MAX_RECEIVE_COUNT);
}

function withSequence(
  SequenceNumber: string,
  sent: ReturnType<typeof update>,
  sentAtMs = 0,
): SQSRecord {
  const record = updateRecord(sent, { sentAtMs: START_MS + sentAtMs });
  return { ...record, attributes: { ...record.attributes, SequenceNumber } };
}

/** Throttles as many writes. */
function throttledFor(writes: number): (command: Command) => Fate | undefined {
  let left = writes;
  return (command) => (isRead(command) || left-- <= 0 ? undefined : THROTTLED);
}

/** The ledger item of this message is throttled, whenever a transaction holds it. */
function failItemsOf(command: Command, { messageId }: SQSRecord): Fate | undefined {
  const index = writtenItems(command).findIndex((item) => item.ledgerMessageId === messageId);
  return index < 0 ? undefined : itemFault(command, index, 'ThrottlingError');
}
