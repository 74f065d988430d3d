import { describe, expect, test } from '@jest/globals';
import { invalidFixtures, validFixtures } from '@leaderboard/contracts/fixtures';
import { anUpdate } from './stacks/an-update.ts';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';
import { until } from './stacks/until.ts';

describe('failures and the dead-letter queue', () => {
  // While DynamoDB throttles, the processor tries for two thirds of its timeout, on each receive.
  const stack = useLeaderboardStack({ config: { processorTimeoutSeconds: '9' } });

  /** What the processor logged about a message. */
  async function processorLog(messageId: string): Promise<Record<string, unknown>[]> {
    const lines = await stack.control.logLines('/aws/lambda/leaderboard-processor-dev');
    return lines
      .filter((line) => line.includes(`"message_id":"${messageId}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The receives after which the processor returned a record of the group to the queue. */
  async function returnedOf(groupId: string): Promise<Record<string, unknown>[]> {
    const lines = await stack.control.logLines('/aws/lambda/leaderboard-processor-dev');
    return lines
      .filter(
        (line) =>
          line.includes('"Record returned to the queue"') &&
          line.includes(`"message_group_id":"${groupId}"`),
      )
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  test('an invalid message is in the DLQ once, with its reason, and does not delay the next one', async () => {
    const follower = anUpdate();
    const messageId = await stack.put(
      { ...anUpdate(), player_id: follower.player_id, score: 'a lot' },
      follower.player_id,
    );
    await stack.putUpdate(follower);
    await until(
      'the follower is in the ledger',
      async () => (await stack.ledgerOf(follower.player_id)).length === 1,
    );
    await stack.drained();
    const letters = await stack.deadLettersOf(follower.player_id);
    expect(letters).toMatchObject([
      {
        errorType: 'InvalidMessage',
        errorReason: expect.stringContaining('/score (string "a lot") must be number'),
      },
    ]);
    expect(await processorLog(messageId)).toMatchObject([
      { message: 'Record sent to the dead-letter queue', receive_count: 1 },
    ]);
    expect(await returnedOf(follower.player_id)).toEqual([]);
  });

  test.each(['not json', '[]', '{}'])(
    'the body %j, straight on the queue, is in the DLQ once',
    async (body) => {
      const group = `raw-${Buffer.from(body).toString('hex')}`;
      await stack.put(body, group);
      await stack.drained();
      expect(await stack.deadLettersOf(group)).toMatchObject([
        { body, errorType: 'InvalidMessage' },
      ]);
    },
  );

  test('the largest message has room for its reason in the DLQ, and a larger one is refused', async () => {
    await stack.put('x'.repeat(65_536), 'large');
    await stack.drained();
    expect(await stack.deadLettersOf('large')).toMatchObject([
      {
        errorType: 'InvalidMessage',
        errorReason: expect.stringContaining('string of 65536 bytes'),
      },
    ]);
    await expect(stack.put('x'.repeat(65_537), 'large')).rejects.toThrow(/65536/);
  });

  test('every fixture ends where the contract says', async () => {
    const valid = validFixtures().map(({ name, update }) => ({
      name,
      update: {
        ...anUpdate(),
        ...update,
        player_id: `valid-${name}`,
        occurred_at: new Date().toISOString(),
      },
    }));
    for (const { update } of valid) await stack.put(update, update.player_id);
    const invalid = invalidFixtures();
    for (const { name, update } of invalid) await stack.put(update, `invalid-${name}`);
    await stack.drained();
    for (const { update } of valid) expect(await stack.ledgerOf(update.player_id)).toHaveLength(1);
    const letters = (await stack.deadLetters()).filter(({ groupId }) =>
      groupId.startsWith('invalid-'),
    );
    expect(letters.map(({ groupId }) => groupId).sort()).toEqual(
      invalid.map(({ name }) => `invalid-${name}`).sort(),
    );
    for (const { path } of invalid)
      expect(letters.some(({ errorReason }) => errorReason?.includes(path))).toBe(true);
  });

  test('a record that the table refuses is tried 3 times and is then in the DLQ once; the others go on', async () => {
    const [refused, follower] = [
      anUpdate({ player_id: 'unlucky' }),
      anUpdate({ player_id: 'unlucky' }),
    ];
    const other = anUpdate();
    const fault = await stack.control.inject({
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      body_includes: `"${refused.event_id}"`,
      when: 'before',
      effect: { error: 'ThrottlingException', status: 400 },
    });
    const refusedId = await stack.putUpdate(refused);
    await until(
      'the refused update has used up a receive',
      async () => (await returnedOf('unlucky')).length > 0,
    );
    await stack.putUpdate(follower);
    await stack.putUpdate(other);
    await until(
      'the other group is in the ledger',
      async () => (await stack.ledgerOf(other.player_id)).length === 1,
    );
    await stack.drained();
    await fault.remove();

    expect(await stack.ledgerOf('unlucky')).toMatchObject([
      { event_id: follower.event_id, version: 1 },
    ]);
    expect(await stack.deadLettersOf('unlucky')).toMatchObject([
      {
        body: JSON.stringify(refused),
        errorType: 'TransientFailure',
        errorReason: expect.stringContaining('Throttling'),
      },
    ]);
    // The follower may be in the same batch; it is then returned, too.
    const receives = (await returnedOf('unlucky'))
      .filter((line) => line['message_id'] === refusedId)
      .map((line) => line['receive_count']);
    expect(receives).toEqual([1, 2]);
  });

  test('a redriven message that fails again is in the DLQ again', async () => {
    const update = anUpdate();
    await stack.put({ ...update, score: null }, update.player_id);
    await stack.drained();
    expect(await stack.redrive(update.player_id)).toBe(1);
    await stack.drained();
    expect(await stack.deadLettersOf(update.player_id)).toMatchObject([
      { errorType: 'InvalidMessage' },
    ]);
  });

  test('a redriven message that can be accepted is accepted', async () => {
    const update = anUpdate();
    const fault = await stack.control.inject({
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      body_includes: `"${update.event_id}"`,
      when: 'before',
      effect: { error: 'ThrottlingException', status: 400 },
    });
    await stack.putUpdate(update);
    await stack.drained();
    await fault.remove();
    expect(await stack.deadLettersOf(update.player_id)).toHaveLength(1);
    await stack.redrive(update.player_id);
    await stack.drained();
    expect(await stack.deadLettersOf(update.player_id)).toEqual([]);
    expect(await stack.ledgerOf(update.player_id)).toHaveLength(1);
  });
});
