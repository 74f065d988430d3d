import { describe, expect, test } from '@jest/globals';
import { validFixtures } from '@leaderboard/contracts/fixtures';
import { HEAD_SORT_KEY, type Attributes } from '@leaderboard/tables';
import { newPlayer, redelivered, START_MS, update, updateRecord } from '../testing/records.ts';
import { MARKER_TTL_SECONDS, TABLES } from '../testing/test-processor.ts';
import { newRebuildPosition, useRebuild } from '../testing/use-rebuild.ts';

const { processor, tables } = useRebuild();

const isHead = ({ event_id }: Attributes) => event_id?.S === HEAD_SORT_KEY;
const kindsOf = (differences: readonly { kind: string }[]) =>
  differences.map(({ kind }) => kind).toSorted();

/** Three players with one, two and three updates. */
async function play() {
  const players = [newPlayer(), newPlayer(), newPlayer()];
  const records = players.flatMap((player, index) =>
    Array.from({ length: index + 1 }, (_, each) => updateRecord(update(player, `e${each}`))),
  );
  expect(await processor.handle(records)).toEqual([]);
  return { players, records };
}

describe('everything that is remembered is lost', () => {
  test('the markers are the same again, whatever the update, and the heads end where the ledgers end', async () => {
    const records = validFixtures().map(({ update: fixture }) =>
      updateRecord({
        ...update(newPlayer(), 'e1'),
        ...fixture,
        occurred_at: new Date(START_MS).toISOString(),
      }),
    );
    for (const record of records) expect(await processor.handle([record])).toEqual([]);
    const before = await tables.items(TABLES.processedEvents);
    await tables.remove(TABLES.processedEvents);
    const { differences } = await tables.rebuild();
    const after = await tables.items(TABLES.processedEvents);
    expect(after.filter((item) => !isHead(item))).toEqual(before.filter((item) => !isHead(item)));
    const ends = (items: readonly Attributes[]) =>
      items
        .filter(isHead)
        .map(({ player_id, version, timestamp }) => [player_id, version, timestamp]);
    expect(ends(after)).toEqual(ends(before));
    expect(differences).toHaveLength(after.length);
  });

  test('messages that are delivered again are recognized, and new ones go on', async () => {
    const { players, records } = await play();
    await tables.remove(TABLES.processedEvents);
    await tables.rebuild();
    const next = players.map((player) => updateRecord(update(player, 'next')));
    const again = records.map((record) => redelivered(record, 2));
    expect(await processor.handle([...again, ...next])).toEqual([]);
    const versions = await Promise.all(players.map((player) => processor.versionsOf(player)));
    expect(versions).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
  });

  test('without --apply nothing is written', async () => {
    await play();
    await tables.remove(TABLES.processedEvents);
    const { differences } = await tables.rebuild({ isApply: false });
    expect(differences).toHaveLength(9);
    expect(await tables.items(TABLES.processedEvents)).toEqual([]);
  });

  test('a marker that would have expired is not put', async () => {
    const { players } = await play();
    await tables.remove(TABLES.processedEvents);
    await tables.rebuild({ nowMs: START_MS + MARKER_TTL_SECONDS * 1_000 });
    expect(await tables.items(TABLES.processedEvents)).toHaveLength(players.length);
  });

  test('a run that crashes at any write and is started again ends the same', async () => {
    await play();
    await tables.remove(TABLES.processedEvents);
    await tables.rebuild();
    const complete = await tables.items(TABLES.processedEvents);
    for (let crash = 1; ; crash += 1) {
      await tables.remove(TABLES.processedEvents);
      let requests = 0;
      const before = (_: string, number: number) => {
        requests = number;
        return number === crash ? Promise.reject(new Error('crash')) : Promise.resolve();
      };
      await tables.rebuild({ before }).catch(() => undefined);
      await tables.rebuild();
      expect(await tables.items(TABLES.processedEvents)).toEqual(complete);
      if (requests < crash) break;
    }
  });

  test('a run that is stopped goes on from its position', async () => {
    const { players } = await play();
    await tables.remove(TABLES.processedEvents);
    const position = newRebuildPosition();
    let runs = 0;
    for (let isComplete = false; !isComplete; runs += 1) {
      ({ isComplete } = await tables.rebuild({ position, stopAfter: runs + 1 }));
    }
    expect(runs).toBeGreaterThan(1);
    expect(position.counts).toMatchObject({
      players: players.length,
      updates: 6,
      differences: { 'head-absent': 3, 'marker-absent': 6 },
    });
  });
});

describe('a restore to an earlier time', () => {
  test('of the processed events: heads are raised, absent markers put, the others stay', async () => {
    const { players } = await play();
    const earlier = await tables.items(TABLES.processedEvents);
    await processor.handle(players.map((player) => updateRecord(update(player, 'later'))));
    const complete = await tables.items(TABLES.processedEvents);
    await tables.remove(TABLES.processedEvents);
    for (const item of earlier) await tables.put(TABLES.processedEvents, item);
    const { differences } = await tables.rebuild();
    expect(kindsOf(differences)).toEqual([
      ...Array.from({ length: 3 }, () => 'head-behind'),
      ...Array.from({ length: 3 }, () => 'marker-absent'),
    ]);
    const after = await tables.items(TABLES.processedEvents);
    expect(after.map(({ version }) => version)).toEqual(complete.map(({ version }) => version));
  });

  test('of the ledger: heads stay, and lost updates that come again are written above them', async () => {
    const { players, records } = await play();
    const [, , player = ''] = players;
    await tables.remove(
      TABLES.ledger,
      ({ player_id, version }) => player_id?.S === player && Number(version?.N) > 1,
    );
    const before = await tables.items(TABLES.processedEvents);
    const { differences } = await tables.rebuild();
    expect(differences).toEqual([
      { kind: 'head-ahead', player_id: player, event_id: HEAD_SORT_KEY },
    ]);
    expect(await tables.items(TABLES.processedEvents)).toEqual(before);
    const sentAgain = records
      .filter(({ attributes }) => attributes.MessageGroupId === player)
      .map(({ body }) => updateRecord(JSON.parse(body) as ReturnType<typeof update>));
    expect(await processor.handle(sentAgain)).toEqual([]);
    expect(await processor.eventIdsOf(player)).toEqual(['e0', 'e1', 'e2']);
    expect(await processor.versionsOf(player)).toEqual([1, 4, 5]);
  });
});

describe('while a processor runs', () => {
  test('a head that it moves between read and write is not lowered', async () => {
    const player = newPlayer();
    await processor.handle([
      updateRecord(update(player, 'e0')),
      updateRecord(update(player, 'e1')),
    ]);
    await tables.remove(TABLES.processedEvents, isHead);
    let isMoved = false;
    await tables.rebuild({
      before: async (request) => {
        if (request !== 'PutItemCommand' || isMoved) return;
        isMoved = true;
        await processor.handle([updateRecord(update(player, 'e2'))]);
      },
    });
    expect(isMoved).toBe(true);
    expect(await processor.processedEvent(player, HEAD_SORT_KEY)).toMatchObject({ version: 3 });
    await processor.handle([updateRecord(update(player, 'e3'))]);
    expect(await processor.versionsOf(player)).toEqual([1, 2, 3, 4]);
  });
});

test('a damaged item fails its player, of whom nothing is written, and no other', async () => {
  const { players } = await play();
  const [damaged = ''] = players;
  const [item] = await tables.items(TABLES.ledger);
  await tables.put(TABLES.ledger, { ...item, player_id: { S: damaged }, version: { S: 'one' } });
  await tables.remove(TABLES.processedEvents);
  const { failed, position } = await tables.rebuild();
  expect(failed).toEqual([damaged]);
  expect(position.counts).toMatchObject({ players: 3, failedPlayers: 1 });
  const rebuilt = await tables.items(TABLES.processedEvents);
  expect(new Set(rebuilt.map(({ player_id }) => player_id?.S))).toEqual(new Set(players.slice(1)));
});
