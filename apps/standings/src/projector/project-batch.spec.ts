import { describe, expect, test } from '@jest/globals';
import { fromAttributes, PLAYER_SORT_KEY, standingsIn } from '@leaderboard/tables';
import type { QueueRecord } from '@leaderboard/function';
import { isWrite, keyOf } from '../testing/request-log.ts';
import { ARRIVAL_MS, eventRecord, received } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';

const standings = useStandings();

describe('events become standings', () => {
  test('per player per game and over all games, in each window', async () => {
    const updates = await standings.ledger.add(
      'ada',
      { score: 0.1 },
      { score: 0.2, game_id: 'go' },
      { score: -1.5, occurred_at: '2026-11-15T23:59:59Z' },
    );
    expect(await standings.projector.handle(updates.map(eventRecord))).toEqual([]);
    await standings.expectFoldOfLedger();
    const scores = (await standings.items())
      .flatMap((item) => standingsIn(fromAttributes(item)))
      .map(({ board_window, score }) => `${board_window} ${score}`);
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
    expect(standings.projector.observed.refolded).toEqual([]);
  });

  test('ten players of one batch are read in one request', async () => {
    const records = [];
    for (let player = 0; player < 10; player += 1) {
      records.push(...(await standings.ledger.add(`player-${player}`, {})).map(eventRecord));
    }
    expect(await standings.projector.handle(records)).toEqual([]);
    expect(standings.projector.log.counts()).toMatchObject({ BatchGetItem: 1 });
    expect(standings.projector.log.counts()).not.toHaveProperty('Query');
    await standings.expectFoldOfLedger();
  });

  test('the lag is measured from the ledger to the standing and recorded once a second', async () => {
    const updates = await standings.ledger.add('ada', {}, {}, {});
    const records = updates.map(eventRecord);
    standings.projector.clock = (updates[0]?.timestamp ?? 0) + 750;
    await standings.projector.handle(records.slice(0, 2));
    await standings.projector.handle(records.slice(2, 3));
    expect(standings.projector.observed.projected.map(([, , lagMs]) => lagMs)).toEqual([750, 0]);
    const progress = (await standings.items()).filter(
      (item) => item['player_id']?.S === '#progress',
    );
    expect(progress).toEqual([
      {
        player_id: { S: '#progress' },
        board_window: { S: 'slot-00' },
        recorded_at: { N: String(standings.projector.clock) },
        ledger_timestamp: { N: String(updates[0]?.timestamp) },
        lag_ms: { N: '750' },
        arrival_ms: { N: String(ARRIVAL_MS) },
      },
    ]);
  });

  test('boards and changes are recorded once, before the standings are written', async () => {
    const records = (await standings.ledger.add('ada', {}, {})).map(eventRecord);
    await standings.projector.handle(records.slice(0, 1));
    const partitions = standings.projector.log.requests
      .filter(isWrite)
      .map((request) => keyOf(request).player_id);
    expect(partitions).toEqual([
      '#news#2026-11-16T00:01',
      ...Array(2).fill('#boards'),
      'ada',
      '#progress',
    ]);
    standings.projector.log.clear();
    await standings.projector.handle(records.slice(1, 2));
    expect(standings.projector.log.requests.filter(isWrite)).toHaveLength(1);
  });
});

describe('repeats and disorder change nothing', () => {
  test('an event that was folded in is dropped without another read or write', async () => {
    const records = (await standings.ledger.add('ada', {}, { score: 3 })).map(eventRecord);
    await standings.projector.handle(records);
    const before = await standings.items();
    standings.projector.log.clear();
    expect(await standings.projector.handle(records)).toEqual([]);
    expect(standings.projector.log.counts()).toEqual({ BatchGetItem: 1 });
    expect(standings.projector.observed.dropped).toEqual([['ada', 2]]);
    expect(await standings.items()).toEqual(before);
  });

  test('a batch with repeats in reverse order needs no read of the ledger', async () => {
    const records = (await standings.ledger.add('ada', {}, { score: 3 }, { score: 30 })).map(
      eventRecord,
    );
    await standings.projector.handle([...records.toReversed(), ...records]);
    expect(standings.projector.log.counts()).not.toHaveProperty('Query');
    await standings.expectFoldOfLedger();
  });

  test('a gap is closed from the ledger, and the late events are dropped', async () => {
    const updates = await standings.ledger.add(
      'ada',
      {},
      { score: 1, game_id: 'go' },
      { score: 2 },
      {},
    );
    const records = updates.map(eventRecord);
    await standings.projector.handle(records.slice(0, 1));
    await standings.projector.handle(records.slice(2, 3));
    expect(standings.projector.observed.refolded).toEqual([['ada', 'gap', 3]]);
    await standings.expectFoldOfLedger();
    await standings.projector.handle(records.toSpliced(2, 1).slice(1));
    expect(standings.projector.observed.dropped).toEqual([['ada', 2]]);
    await standings.expectFoldOfLedger();
  });

  test('an update removed from the ledger leaves the standings and is reported, once it counts as removed', async () => {
    const updates = await standings.ledger.add('ada', {}, { score: 1 }, { score: 2 });
    const [first, second, third] = updates;
    if (!first || !second || !third) throw new Error('three updates');
    await standings.projector.handle([eventRecord(first)]);
    await standings.ledger.remove(second);
    const record = eventRecord(third);
    for (const receives of [1, 2, 3, 4]) {
      expect(await standings.projector.handle([received(record, receives)])).toEqual([
        record.messageId,
      ]);
    }
    expect(standings.projector.observed.ledgerHasHoles).toEqual([]);
    expect(await standings.projector.handle([received(record, 5)])).toEqual([]);
    expect(standings.projector.observed.ledgerHasHoles).toEqual([['ada', 1]]);
    await standings.expectFoldOfLedger();
    const later = await standings.ledger.add('ada', { score: 9 });
    await standings.projector.handle(later.map(eventRecord));
    expect(standings.projector.observed.refolded).toHaveLength(1);
    await standings.expectFoldOfLedger();
  });

  test('an event whose ledger item was removed leaves the standings too', async () => {
    const updates = await standings.ledger.add('ada', {}, { score: 1 }, { score: 2 });
    const [first, second, third] = updates.map(eventRecord);
    if (!first || !second || !third) throw new Error('three updates');
    await standings.projector.handle([first]);
    for (const update of updates.slice(1)) await standings.ledger.remove(update);
    expect(await standings.projector.handle([received(third, 4)])).toEqual([third.messageId]);
    expect(await standings.projector.handle([received(third, 5)])).toEqual([]);
    expect(standings.projector.observed.ledgerHasHoles).toEqual([['ada', 2]]);
    await standings.expectFoldOfLedger();
  });
});

test('two projectors at one player: each standing is written once, and older state never overwrites newer', async () => {
  const other = standings.createProjector();
  const updates = await standings.ledger.add(
    'ada',
    {},
    { score: 4 },
    { game_id: 'go' },
    { score: 40 },
  );
  const records = updates.map(eventRecord);
  for (let delivered = 1; delivered <= records.length; delivered += 1) {
    const batch = records.slice(0, delivered);
    const returned = await Promise.all([standings.projector.handle(batch), other.handle(batch)]);
    expect(returned).toEqual([[], []]);
  }
  await standings.expectFoldOfLedger();
});

/** A player's first standings are written on another condition than later ones. */
describe.each([
  ['the first standings of a player', 0],
  ['existing standings', 1],
])('two projectors at %s', (_, folded) => {
  test('a slow one with an old plan finds the newer state and drops its events', async () => {
    const updates = await standings.ledger.add('ada', {}, { score: 4 }, { score: 5 });
    const [before, [old, ...newer]] = split(updates.map(eventRecord), folded);
    await standings.projector.handle(before);
    const fast = standings.createProjector();
    let overtaken: Promise<string[]> | undefined;
    standings.projector.log.plan = async (request) => {
      if (isWrite(request)) await (overtaken ??= fast.handle([old, ...newer]));
      return undefined;
    };
    expect(await standings.projector.handle([old])).toEqual([]);
    expect(standings.projector.observed.moved).toEqual([['ada', 1]]);
    expect(standings.projector.observed.dropped).toEqual([['ada', 1]]);
    await standings.expectFoldOfLedger();
  });

  test('one that was overtaken before its write does not lower what is applied', async () => {
    const updates = await standings.ledger.add('ada', {}, { score: 4 }, { score: 5 });
    const [before, [old, ...newer]] = split(updates.map(eventRecord), folded);
    await standings.projector.handle(before);
    const fast = standings.createProjector();
    standings.projector.log.plan = async (request) => {
      if (keyOf(request).board_window === PLAYER_SORT_KEY) {
        standings.projector.log.plan = () => undefined;
        await fast.handle([old, ...newer]);
      }
      return undefined;
    };
    expect(await standings.projector.handle([old])).toEqual([]);
    expect(standings.projector.observed.moved).toEqual([['ada', 1]]);
    await standings.expectFoldOfLedger();
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
