import { describe, expect, test } from '@jest/globals';
import { HEAD_SORT_KEY, type Attributes } from '@leaderboard/tables';
import { newPlayer, redelivered, START_MS, update, updateRecord } from '../testing/records.ts';
import { MARKER_TTL_SECONDS, TABLES } from '../testing/test-processor.ts';
import { useRebuild } from '../testing/use-rebuild.ts';

const { processor, tables } = useRebuild();
const DAY_MS = 86_400_000;

test('an update that arrives during the run is not taken for a head ahead of the ledger', async () => {
  const player = newPlayer();
  await processor.handle([updateRecord(update(player, 'e0'))]);
  let hasArrived = false;
  const { differences } = await tables.rebuild({
    before: async () => {
      if (hasArrived) return;
      hasArrived = true;
      await processor.handle([updateRecord(update(player, 'e1'))]);
    },
  });
  expect(differences).toEqual([]);
});

test('metadata of a type that JSON does not have fails its player, and no other', async () => {
  const [damaged, other] = [newPlayer(), newPlayer()];
  await processor.handle([updateRecord(update(damaged, 'e0')), updateRecord(update(other, 'e0'))]);
  const items = await tables.items(TABLES.ledger);
  const item = items.find(({ player_id }) => player_id?.S === damaged);
  await tables.put(TABLES.ledger, { ...item, metadata: { SS: ['a'] } });
  await tables.remove(TABLES.processedEvents);
  const { failed, position } = await tables.rebuild();
  expect(failed).toEqual([damaged]);
  expect(position.counts).toMatchObject({ players: 2, failedPlayers: 1 });
});

test('the version of an item that came past the processor is not given twice', async () => {
  const player = newPlayer();
  await processor.handle([updateRecord(update(player, 'e0'))]);
  const foreign = { timestamp: { N: String(START_MS + 1) }, version: { N: '2' } };
  await tables.put(TABLES.ledger, { player_id: { S: player }, ...foreign });
  await tables.remove(TABLES.processedEvents);
  await tables.rebuild();
  processor.clockMs = START_MS + 10;
  await processor.handle([updateRecord(update(player, 'e1'))]);
  expect(await processor.versionsOf(player)).toEqual([1, 2, 3]);
});

test('an old marker of an event that was accepted again is replaced by the newer one', async () => {
  const player = newPlayer();
  const isMarker = ({ event_id }: Attributes) => event_id?.S === 'e0';
  await processor.handle([updateRecord(update(player, 'e0'))]);
  const earlier = await tables.items(TABLES.processedEvents);
  // DynamoDB removes the expired marker, and the event is accepted again.
  await tables.remove(TABLES.processedEvents, isMarker);
  const nowMs = START_MS + MARKER_TTL_SECONDS * 1_000 + DAY_MS;
  processor.clockMs = nowMs;
  const later = update(player, 'e0', { occurred_at: new Date(nowMs).toISOString() });
  await processor.handle([updateRecord(later, { sentAtMs: nowMs })]);
  const complete = await tables.items(TABLES.processedEvents);

  await tables.remove(TABLES.processedEvents);
  for (const item of earlier) await tables.put(TABLES.processedEvents, item);
  const { differences } = await tables.rebuild({ nowMs });
  expect(differences).toContainEqual({ kind: 'marker-behind', player_id: player, event_id: 'e0' });
  const rebuilt = await tables.items(TABLES.processedEvents);
  expect(rebuilt.filter(isMarker)).toEqual(complete.filter(isMarker));
});

describe('what a processor writes between the read and the write of a run stays', () => {
  const LATER = { version: 7, timestamp: START_MS + 7, sequence_number: '7', sent_at: START_MS };
  const RENEWED = { body_hash: 'v2:7', message_id: 'message-7', timestamp: START_MS + 7 };

  /** Two updates, `e0` and `e1`; what is remembered of a sort key is replaced, and again just before the first write. */
  async function rebuiltWith(sortKey: string, before: object | undefined, meanwhile: object) {
    const player = newPlayer();
    const records = ['e0', 'e1'].map((eventId) => updateRecord(update(player, eventId)));
    await processor.handle(records);
    await tables.remove(TABLES.processedEvents, ({ event_id }) => event_id?.S === sortKey);
    if (before) await processor.putProcessedEvent(player, sortKey, { ...before });
    let isWritten = false;
    await tables.rebuild({
      before: async (request) => {
        if (request !== 'PutItemCommand' || isWritten) return;
        isWritten = true;
        await processor.putProcessedEvent(player, sortKey, { ...meanwhile });
      },
    });
    expect(isWritten).toBe(true);
    return processor.processedEvent(player, sortKey);
  }

  test('a head that was absent', async () => {
    expect(await rebuiltWith(HEAD_SORT_KEY, undefined, LATER)).toMatchObject(LATER);
  });

  test('a head that was behind', async () => {
    const behind = { ...LATER, version: 1, sequence_number: '1' };
    expect(await rebuiltWith(HEAD_SORT_KEY, behind, LATER)).toMatchObject(LATER);
  });

  test('a marker that was absent', async () => {
    expect(await rebuiltWith('e1', undefined, RENEWED)).toMatchObject(RENEWED);
  });

  test('a marker of an earlier acceptance', async () => {
    const old = { body_hash: 'v2:1', message_id: 'message-1', timestamp: START_MS - 1 };
    expect(await rebuiltWith('e1', old, RENEWED)).toMatchObject(RENEWED);
  });
});

describe('a ledger that was restored to an earlier time', () => {
  test('and has lost all updates of a player: the head is reported', async () => {
    const player = newPlayer();
    await processor.handle([updateRecord(update(player, 'e0'))]);
    await tables.remove(TABLES.ledger);
    const { differences } = await tables.rebuild();
    expect(differences).toEqual([
      { kind: 'head-ahead', player_id: player, event_id: HEAD_SORT_KEY },
    ]);
  });

  test('a lost message that the queue itself delivers again is dead-lettered, and a redrive writes it', async () => {
    const player = newPlayer();
    const records = ['e0', 'e1', 'e2'].map((eventId) => updateRecord(update(player, eventId)));
    await processor.handle(records);
    await tables.remove(TABLES.ledger, ({ version }) => Number(version?.N) > 1);
    await tables.rebuild();
    expect(await processor.handle(records.map((record) => redelivered(record, 3)))).toEqual([]);
    expect(processor.deadLettered.map(([, type]) => type)).toEqual(['Superseded', 'Superseded']);
    const letters = processor.deadLetters.letters.map(({ record }) => record.body);
    const redriven = letters.map((body) =>
      updateRecord(JSON.parse(body) as ReturnType<typeof update>),
    );
    expect(await processor.handle(redriven)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e2']);
    expect(await processor.versionsOf(player)).toEqual([1, 4, 5]);
  });
});
