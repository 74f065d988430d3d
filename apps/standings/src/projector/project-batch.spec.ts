import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { QueueRecord } from '@leaderboard/function';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, scan, storedStandings } from '../testing/expected-standings.ts';
import { isWrite, sortKeyOf } from '../testing/request-log.ts';
import { ARRIVAL_MS, eventRecord, received, TestLedger } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS, type TestProjector } from '../testing/test-projector.ts';

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;
let projector: TestProjector;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  tables = await engine.createTables();
  ledger = new TestLedger(client, tables.ledger);
  projector = createProjector(engine, tables);
});

async function expectFoldOfLedger(): Promise<void> {
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, DEFAULT_BOARDS),
  );
}

describe('events become standings', () => {
  test('per player per game and over all games, in each window', async () => {
    const updates = await ledger.add(
      'ada',
      { score: 0.1 },
      { score: 0.2, game_id: 'go' },
      { score: -1.5, occurred_at: '2026-11-15T23:59:59Z' },
    );
    expect(await projector.handle(updates.map(eventRecord))).toEqual([]);
    await expectFoldOfLedger();
    const scores = (await scan(client, tables.standings))
      .filter((item) => item['player_id']?.S === 'ada' && item['score'])
      .map((item) => `${item['board_window']?.S} ${item['score']?.N}`);
    expect(scores.toSorted()).toEqual([
      'GLOBAL#all_time -1.2',
      'GLOBAL#weekly#2026-W46 -1.5',
      'GLOBAL#weekly#2026-W47 0.3',
      'game:chess#all_time 0.1',
      'game:chess#weekly#2026-W46 -1.5',
      'game:chess#weekly#2026-W47 0.1',
      'game:go#all_time 0.2',
      'game:go#weekly#2026-W47 0.2',
    ]);
    expect(projector.observed.refolded).toEqual([]);
  });

  test('ten players of one batch are read in one request', async () => {
    const records = [];
    for (let player = 0; player < 10; player += 1) {
      records.push(...(await ledger.add(`player-${player}`, {})).map(eventRecord));
    }
    expect(await projector.handle(records)).toEqual([]);
    expect(projector.log.counts()).toMatchObject({ BatchGetItem: 1 });
    expect(projector.log.counts()).not.toHaveProperty('Query');
    await expectFoldOfLedger();
  });

  test('the lag is measured from the ledger to the standing and recorded once a second', async () => {
    const updates = await ledger.add('ada', {}, {}, {});
    const records = updates.map(eventRecord);
    projector.clock = (updates[0]?.timestamp ?? 0) + 750;
    await projector.handle(records.slice(0, 2));
    await projector.handle(records.slice(2, 3));
    expect(projector.observed.projected.map(([, , lagMs]) => lagMs)).toEqual([750, 0]);
    const progress = (await scan(client, tables.standings)).filter(
      (item) => item['player_id']?.S === '#progress',
    );
    expect(progress).toEqual([
      {
        player_id: { S: '#progress' },
        board_window: { S: 'slot-00' },
        recorded_at: { N: String(projector.clock) },
        ledger_timestamp: { N: String(updates[0]?.timestamp) },
        lag_ms: { N: '750' },
        arrival_ms: { N: String(ARRIVAL_MS) },
      },
    ]);
  });

  test('boards and news are announced once, before the standings are written', async () => {
    const records = (await ledger.add('ada', {}, {})).map(eventRecord);
    await projector.handle(records.slice(0, 1));
    const partitions = projector.log.requests
      .filter(isWrite)
      .map(({ input }) => (input['Item'] as { player_id: { S: string } }).player_id.S);
    expect(partitions).toEqual([
      ...Array(4).fill('#news#2026-11-16T00:01'),
      ...Array(2).fill('#boards'),
      ...Array(5).fill('ada'),
      '#progress',
    ]);
    projector.log.clear();
    await projector.handle(records.slice(1, 2));
    expect(projector.log.requests.filter(isWrite)).toHaveLength(5);
    expect(projector.log.requests.map(sortKeyOf).at(-1)).toBe('#applied');
  });
});

describe('repeats and disorder change nothing', () => {
  test('an event that is folded in is dropped without another read or a write', async () => {
    const records = (await ledger.add('ada', {}, { score: 3 })).map(eventRecord);
    await projector.handle(records);
    const before = await scan(client, tables.standings);
    projector.log.clear();
    expect(await projector.handle(records)).toEqual([]);
    expect(projector.log.counts()).toEqual({ BatchGetItem: 1 });
    expect(projector.observed.dropped).toEqual([['ada', 2]]);
    expect(await scan(client, tables.standings)).toEqual(before);
  });

  test('a batch that holds one event twice and all in reverse needs no ledger', async () => {
    const records = (await ledger.add('ada', {}, { score: 3 }, { score: 30 })).map(eventRecord);
    await projector.handle([...records.toReversed(), ...records]);
    expect(projector.log.counts()).not.toHaveProperty('Query');
    await expectFoldOfLedger();
  });

  test('a gap is closed from the ledger, and what comes late is dropped', async () => {
    const updates = await ledger.add('ada', {}, { score: 1, game_id: 'go' }, { score: 2 }, {});
    const records = updates.map(eventRecord);
    await projector.handle(records.slice(0, 1));
    await projector.handle(records.slice(2, 3));
    expect(projector.observed.refolded).toEqual([['ada', 'gap', 3]]);
    await expectFoldOfLedger();
    await projector.handle(records.toSpliced(2, 1).slice(1));
    expect(projector.observed.dropped).toEqual([['ada', 2]]);
    await expectFoldOfLedger();
  });

  test('what the ledger has lost is out of the standings and is told, once it cannot come any more', async () => {
    const updates = await ledger.add('ada', {}, { score: 1 }, { score: 2 });
    const [first, second, third] = updates;
    if (!first || !second || !third) throw new Error('three updates');
    await projector.handle([eventRecord(first)]);
    await ledger.remove(second);
    const record = eventRecord(third);
    for (const receives of [1, 2, 3, 4]) {
      expect(await projector.handle([received(record, receives)])).toEqual([record.messageId]);
    }
    expect(projector.observed.ledgerHasHoles).toEqual([]);
    expect(await projector.handle([received(record, 5)])).toEqual([]);
    expect(projector.observed.ledgerHasHoles).toEqual([['ada', 1]]);
    await expectFoldOfLedger();
    const later = await ledger.add('ada', { score: 9 });
    await projector.handle(later.map(eventRecord));
    expect(projector.observed.refolded).toHaveLength(1);
    await expectFoldOfLedger();
  });

  test('an event whose item was removed is out of the standings too', async () => {
    const updates = await ledger.add('ada', {}, { score: 1 }, { score: 2 });
    const [first, second, third] = updates.map(eventRecord);
    if (!first || !second || !third) throw new Error('three updates');
    await projector.handle([first]);
    for (const update of updates.slice(1)) await ledger.remove(update);
    expect(await projector.handle([received(third, 4)])).toEqual([third.messageId]);
    expect(await projector.handle([received(third, 5)])).toEqual([]);
    expect(projector.observed.ledgerHasHoles).toEqual([['ada', 2]]);
    await expectFoldOfLedger();
  });
});

test('two projectors at one player at once: each standing is written once, neither wins with older state', async () => {
  const other = createProjector(engine, tables);
  const updates = await ledger.add('ada', {}, { score: 4 }, { game_id: 'go' }, { score: 40 });
  const records = updates.map(eventRecord);
  for (let delivered = 1; delivered <= records.length; delivered += 1) {
    const batch = records.slice(0, delivered);
    const returned = await Promise.all([projector.handle(batch), other.handle(batch)]);
    expect(returned).toEqual([[], []]);
  }
  await expectFoldOfLedger();
});

/** A player's first standings are written on another condition than those that follow. */
describe.each([
  ['the first standings of a player', 0],
  ['standings that are there', 1],
])('two projectors at %s', (_, folded) => {
  test('a slow one that comes back with an old plan meets the newer state and drops its events', async () => {
    const updates = await ledger.add('ada', {}, { score: 4 }, { score: 5 });
    const [before, [old, ...newer]] = split(updates.map(eventRecord), folded);
    await projector.handle(before);
    const fast = createProjector(engine, tables);
    let overtaken: Promise<string[]> | undefined;
    projector.log.plan = async (request) => {
      if (isWrite(request)) await (overtaken ??= fast.handle([old, ...newer]));
      return undefined;
    };
    expect(await projector.handle([old])).toEqual([]);
    expect(projector.observed.moved).toEqual([['ada', 1]]);
    expect(projector.observed.dropped).toEqual([['ada', 1]]);
    await expectFoldOfLedger();
  });

  test('one that was overtaken before its last write does not set #applied back', async () => {
    const updates = await ledger.add('ada', {}, { score: 4 }, { score: 5 });
    const [before, [old, ...newer]] = split(updates.map(eventRecord), folded);
    await projector.handle(before);
    const fast = createProjector(engine, tables);
    projector.log.plan = async (request) => {
      if (sortKeyOf(request) === '#applied') {
        projector.log.plan = () => undefined;
        await fast.handle([old, ...newer]);
      }
      return undefined;
    };
    expect(await projector.handle([old])).toEqual([]);
    expect(projector.observed.moved).toEqual([['ada', 1]]);
    await expectFoldOfLedger();
  });
});

/** The first records, and those after them, of which there is at least one. */
function split(
  records: readonly QueueRecord[],
  count: number,
): [QueueRecord[], [QueueRecord, ...QueueRecord[]]] {
  const [next, ...rest] = records.slice(count);
  if (next === undefined) throw new Error(`There are no records after the first ${count}.`);
  return [records.slice(0, count), [next, ...rest]];
}
