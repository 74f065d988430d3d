import { describe, expect, test } from '@jest/globals';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';

describe('a processor killed between receive and response', () => {
  const stack = useLeaderboardStack();

  test.each(['before', 'after'] as const)(
    'loses and doubles nothing when it dies %s its commit',
    async (when) => {
      const player_id = `dies-${when}`;
      const updates = Array.from({ length: 5 }, () => anUpdate({ player_id }));
      const fault = await stack.control.inject({
        service: 'dynamodb',
        operation: 'TransactWriteItems',
        body_includes: `"${player_id}"`,
        when,
        effect: { kill: true },
        times: 2,
      });
      await Promise.all(updates.map((update) => stack.producer.sendLeaderboardUpdate(update)));
      await stack.drained();
      expect(await fault.hits()).toBe(2);
      const ledger = await stack.ledgerOf(player_id);
      expect(ledger.map((item) => item.event_id)).toEqual(updates.map((update) => update.event_id));
      expect(ledger.map((item) => item.version)).toEqual([1, 2, 3, 4, 5]);
      expect(await stack.deadLettersOf(player_id)).toEqual([]);
    },
  );

  test('on every receive leaves the message to the redrive policy of SQS', async () => {
    const update = anUpdate();
    const fault = await stack.control.inject({
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      body_includes: `"${update.event_id}"`,
      when: 'before',
      effect: { kill: true },
    });
    await stack.putUpdate(update);
    await stack.drained();
    expect(await fault.hits()).toBe(3);
    await fault.remove();
    expect(await stack.ledgerOf(update.player_id)).toEqual([]);
    expect(await stack.deadLettersOf(update.player_id)).toMatchObject([
      { body: JSON.stringify(update), errorType: undefined },
    ]);
  });

  test('after its commit on every receive leaves the update in ledger and DLQ, and a redrive changes nothing', async () => {
    const update = anUpdate();
    const fault = await stack.control.inject({
      service: 'sqs',
      operation: 'DeleteMessageBatch',
      when: 'before',
      effect: { error: 'ServiceUnavailable', status: 503 },
    });
    await stack.putUpdate(update);
    await stack.drained();
    await fault.remove();
    expect(await stack.ledgerOf(update.player_id)).toHaveLength(1);
    expect(await stack.deadLettersOf(update.player_id)).toHaveLength(1);
    await stack.redrive(update.player_id);
    await stack.drained();
    expect(await stack.ledgerOf(update.player_id)).toHaveLength(1);
    expect(await stack.deadLettersOf(update.player_id)).toEqual([]);
  });
});
