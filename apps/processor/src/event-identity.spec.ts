import { describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { SQSRecord } from 'aws-lambda';
import { PROCESSOR_METRICS } from '@leaderboard/contracts/metrics';
import {
  newPlayer,
  queueRecord,
  redelivered,
  START_MS,
  update,
  updateRecord,
} from './testing/records.ts';
import { useProcessor } from './testing/test-processor.ts';

const MINUTE_MS = 60_000;

const processor = useProcessor();

const occurredAt = (afterMs: number) => ({
  occurred_at: new Date(START_MS + afterMs).toISOString(),
});
const suppressed = () => ({
  duplicates: processor.metrics.total(PROCESSOR_METRICS.duplicateSuppressed),
  atOtherTime: processor.metrics.total(PROCESSOR_METRICS.repeatAtOtherTime),
});

/** When a second message with the event id of the first one arrives. */
const MEETINGS = ['in the same batch', 'a second later', '6 minutes later'] as const;

async function meet(first: SQSRecord, second: SQSRecord, when: (typeof MEETINGS)[number]) {
  if (when === 'in the same batch') {
    expect(await processor.handle([first, second])).toEqual([]);
    return;
  }
  expect(await processor.handle([first])).toEqual([]);
  processor.clockMs += when === 'a second later' ? 1_000 : 6 * MINUTE_MS;
  expect(await processor.handle([second])).toEqual([]);
}

describe('an event id with other content', () => {
  test.each(MEETINGS)('is dead-lettered as reused: %s', async (when) => {
    const player = newPlayer();
    const first = updateRecord(update(player, 'e1'));
    const reused = updateRecord(update(player, 'e1', { score: 11 }));
    await meet(first, reused, when);
    expect(await processor.ledgerOf(player)).toMatchObject([{ score: 10 }]);
    expect(processor.deadLettered).toEqual([[reused.messageId, 'EventIdReused']]);
    expect(processor.metrics.total(PROCESSOR_METRICS.eventIdReused)).toBe(1);
  });

  test('is dead-lettered again after a redrive, which gives it a new message id', async () => {
    const player = newPlayer();
    const other = update(player, 'e1', { score: 11 });
    await processor.handle([updateRecord(update(player, 'e1')), updateRecord(other)]);
    processor.clockMs += 60 * MINUTE_MS;
    await processor.handle([updateRecord(other)]);
    expect(processor.deadLettered.map(([, errorType]) => errorType)).toEqual([
      'EventIdReused',
      'EventIdReused',
    ]);
    expect(await processor.ledgerOf(player)).toMatchObject([{ score: 10 }]);
  });

  test('does not block its group', async () => {
    const player = newPlayer();
    const batch = [
      updateRecord(update(player, 'e1')),
      updateRecord(update(player, 'e1', { score: 11 })),
      updateRecord(update(player, 'e2')),
    ];
    expect(await processor.handle(batch)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e1', 'e2']);
  });

  test.each<[string, Partial<LeaderboardUpdate>]>([
    ['another game', { game_id: 'go' }],
    ['another type', { update_type: 'bonus' }],
    ['other metadata', { metadata: { a: 1 } }],
  ])('is one with %s', async (_, change) => {
    const player = newPlayer();
    await processor.handle([updateRecord(update(player, 'e1'))]);
    await processor.handle([updateRecord(update(player, 'e1', change))]);
    expect(processor.metrics.total(PROCESSOR_METRICS.eventIdReused)).toBe(1);
  });
});

describe('the same content under its event id', () => {
  test.each(MEETINGS)('is dropped and counted, at any time: %s', async (when) => {
    const player = newPlayer();
    const repeat = updateRecord(update(player, 'e1', occurredAt(-60 * MINUTE_MS)));
    await meet(updateRecord(update(player, 'e1', occurredAt(0))), repeat, when);
    expect(await processor.ledgerOf(player)).toMatchObject([
      { occurred_at: occurredAt(0).occurred_at },
    ]);
    expect(processor.deadLetters.letters).toEqual([]);
    expect(suppressed()).toEqual({ duplicates: 1, atOtherTime: 0 });
  });

  test.each(MEETINGS)('is also counted as one at another time, past an hour: %s', async (when) => {
    const player = newPlayer();
    const repeat = updateRecord(update(player, 'e1', occurredAt(-60 * MINUTE_MS - 1)));
    await meet(updateRecord(update(player, 'e1', occurredAt(0))), repeat, when);
    expect(await processor.eventIdsOf(player)).toEqual(['e1']);
    expect(processor.deadLetters.letters).toEqual([]);
    expect(suppressed()).toEqual({ duplicates: 1, atOtherTime: 1 });
  });

  test('is the same in another order of keys, and without its defaults', async () => {
    const player = newPlayer();
    const sent = update(player, 'e1');
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(sent).reverse()));
    const bare = { ...sent, update_type: undefined, metadata: undefined };
    await processor.handle([updateRecord(sent)]);
    await processor.handle([queueRecord(reversed, player)]);
    await processor.handle([queueRecord(JSON.stringify(bare), player)]);
    expect(suppressed()).toEqual({ duplicates: 2, atOtherTime: 0 });
    expect(processor.deadLetters.letters).toEqual([]);
  });
});

describe('markers of other releases', () => {
  /** SHA-256 of the whole update with its defaults, as `sha256sum` prints it: what markers held before hashes had a version. */
  const LEGACY_HASH = 'eebabdd14d4661e5dd5c02a5b408f3693d2a67da3ab08c71a378a2d9d73f868a';
  const legacy = update('player-of-old', 'e1', { score: 10 });

  /** Stores a marker as another release did, and returns the record that it names. */
  async function storeMarker(hash: string): Promise<SQSRecord> {
    const first = updateRecord(legacy);
    await processor.putProcessedEvent(legacy.player_id, legacy.event_id, {
      body_hash: hash,
      message_id: first.messageId,
    });
    return first;
  }

  test.each([
    ['the same update is a repeat', {}, []],
    ['other content is a reuse', { score: 11 }, ['EventIdReused']],
    ['another time is a reuse, because the hash includes it', occurredAt(0), ['EventIdReused']],
  ])('with a hash without a version, %s', async (_, change, letters) => {
    await storeMarker(LEGACY_HASH);
    await processor.handle([updateRecord({ ...legacy, ...change })]);
    expect(processor.deadLetters.letters.map(({ errorType }) => errorType)).toEqual(letters);
    expect(suppressed()).toEqual({ duplicates: 1 - letters.length, atOtherTime: 0 });
  });

  test.each(['v3:0123', 'hash-of-another-release', LEGACY_HASH.replace('0', '1')])(
    'the same message is not a reuse, whatever hash its marker holds: %s',
    async (hash) => {
      const first = await storeMarker(hash);
      expect(await processor.handle([redelivered(first, 2)])).toEqual([]);
      expect(processor.deadLetters.letters).toEqual([]);
      expect(processor.metrics.total(PROCESSOR_METRICS.updateSuccess)).toBe(1);
    },
  );

  test('with a hash of an unknown version, another message is dead-lettered, never dropped', async () => {
    await storeMarker('v3:0123');
    const repeat = updateRecord(legacy);
    await processor.handle([repeat]);
    expect(processor.deadLetters.letters).toMatchObject([
      {
        record: { messageId: repeat.messageId },
        errorType: 'EventIdReused',
        reason: expect.stringContaining('a content hash of an unknown version, "v3:0123"'),
      },
    ]);
  });
});
