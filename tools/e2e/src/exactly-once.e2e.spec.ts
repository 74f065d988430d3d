import { describe, expect, test } from '@jest/globals';
import { contentHash } from '@leaderboard/contracts';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';

describe('exactly once and in order, with a provisioned capacity', () => {
  const stack = useLeaderboardStack({ config: { capacity: 'provisioned' } });

  test('what the SDK sends is in the ledger, field by field', async () => {
    const update = anUpdate({ score: 0, metadata: { season: 'autumn 🍂' } });
    const before = Date.now();
    const { message_id } = await stack.producer.sendLeaderboardUpdate(update);
    await stack.drained();
    const [item, ...rest] = await stack.ledgerOf(update.player_id);
    expect(rest).toEqual([]);
    expect(item).toMatchObject({ ...update, message_id, version: 1 });
    expect(item?.timestamp).toBeGreaterThanOrEqual(before);
    expect(item?.processing_timestamp).toBe(Math.floor((item?.timestamp ?? 0) / 1000));
    expect(item?.sequence_number).toMatch(/^\d{20,}$/);
  });

  test('the same event sent twice through the SDK is in the ledger once', async () => {
    const update = anUpdate();
    await stack.producer.sendLeaderboardUpdate(update);
    await stack.producer.sendLeaderboardUpdate(update);
    await stack.drained();
    expect(await stack.ledgerOf(update.player_id)).toHaveLength(1);
  });

  test('the same event after the deduplication window of SQS is in the ledger once, and not in the DLQ', async () => {
    const update = anUpdate();
    await stack.putUpdate(update);
    await stack.drained();
    await stack.putUpdate(update);
    await stack.drained();
    expect(await stack.ledgerOf(update.player_id)).toHaveLength(1);
    expect(await stack.deadLettersOf(update.player_id)).toEqual([]);
    expect(await stack.markerOf(update.player_id, update.event_id)).toMatchObject({
      body_hash: contentHash(update),
      occurred_at: update.occurred_at,
    });
  });

  test('the same event id of two players is in the ledger twice', async () => {
    const [one, other] = [anUpdate({ event_id: 'match-7' }), anUpdate({ event_id: 'match-7' })];
    await Promise.all([one, other].map((update) => stack.producer.sendLeaderboardUpdate(update)));
    await stack.drained();
    expect(await stack.ledgerOf(one.player_id)).toHaveLength(1);
    expect(await stack.ledgerOf(other.player_id)).toHaveLength(1);
  });

  test('the same event id with another body is in the DLQ as EventIdReused, and the ledger keeps the first', async () => {
    const update = anUpdate({ score: 1 });
    await stack.putUpdate(update);
    await stack.drained();
    await stack.putUpdate({ ...update, score: 2 });
    await stack.drained();
    expect(await stack.ledgerOf(update.player_id)).toMatchObject([{ score: 1 }]);
    expect(await stack.deadLettersOf(update.player_id)).toMatchObject([
      { errorType: 'EventIdReused', errorReason: expect.stringContaining(update.event_id) },
    ]);
  });

  test('the same event id with other content, through the SDK, is in the DLQ as EventIdReused, also after a redrive', async () => {
    const update = anUpdate({ score: 1 });
    const first = await stack.producer.sendLeaderboardUpdate(update);
    const other = await stack.producer.sendLeaderboardUpdate({ ...update, score: 2 });
    expect(other.message_id).not.toBe(first.message_id);
    await stack.drained();
    const reused = [
      {
        body: JSON.stringify(other.update),
        errorType: 'EventIdReused',
        errorReason: expect.stringContaining(first.message_id),
      },
    ];
    expect(await stack.deadLettersOf(update.player_id)).toMatchObject(reused);
    expect(await stack.redrive(update.player_id)).toBe(1);
    await stack.drained();
    expect(await stack.deadLettersOf(update.player_id)).toMatchObject(reused);
    expect(await stack.ledgerOf(update.player_id)).toMatchObject([{ score: 1, version: 1 }]);
  });

  test('a repeat without a time is a repeat, within the deduplication window of SQS and after it', async () => {
    const { player_id, event_id, game_id, score } = anUpdate();
    const update = { player_id, event_id, game_id, score };
    const first = await stack.producer.sendLeaderboardUpdate(update);
    const second = await stack.producer.sendLeaderboardUpdate(update);
    expect(second.message_id).toBe(first.message_id);
    await stack.drained();
    await stack.putUpdate({ ...first.update, occurred_at: new Date().toISOString() });
    await stack.drained();
    expect(await stack.ledgerOf(player_id)).toMatchObject([first.update]);
    expect(await stack.deadLettersOf(player_id)).toEqual([]);
  });

  test('updates of one player in one millisecond are all kept, with dense versions and rising timestamps', async () => {
    const player_id = 'one-millisecond';
    const updates = Array.from({ length: 12 }, () => anUpdate({ player_id }));
    await Promise.all(updates.map((update) => stack.producer.sendLeaderboardUpdate(update)));
    await stack.drained();
    const ledger = await stack.ledgerOf(player_id);
    expect(ledger.map((item) => item.event_id)).toEqual(updates.map((update) => update.event_id));
    expect(ledger.map((item) => item.version)).toEqual(updates.map((_, index) => index + 1));
    ledger.slice(1).forEach((item, index) => {
      expect(item.timestamp).toBeGreaterThan(ledger[index]?.timestamp ?? Infinity);
    });
  });
});
