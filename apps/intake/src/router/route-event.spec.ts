import { describe, expect, test } from '@jest/globals';
import { UNROUTED_INDEX } from '@leaderboard/tables';
import { START_MS, TTL_SECONDS, webhookEvent } from '../testing/test-intake.ts';
import { useIntake } from '../testing/use-intake.ts';
import { InvalidRouterPayloadError } from './router-payload.ts';

const intake = useIntake();

async function accepted(changes: Record<string, unknown> = {}) {
  const event = webhookEvent(changes);
  expect((await intake().post(event)).status).toBe(200);
  return { event, payload: { event_id: event.event_id, body: JSON.stringify(event) } };
}

/** Fails the given calls of the queues and the table, counted from 1, before or after they take effect. */
function failCalls(calls: readonly number[], when: 'before' | 'after' = 'before'): void {
  let count = 0;
  intake().mishap = async (operation) => {
    count += 1;
    if (!calls.includes(count)) return operation();
    if (when === 'after') await operation();
    throw new Error('mishap');
  };
}

describe('the router', () => {
  test.each(['payment', 'refund', 'dispute'] as const)(
    'sends a %s to its queue and no other',
    async (type) => {
      const { payload } = await accepted({ transaction_type: type });
      expect(await intake().route(payload)).toBe('routed');
      const { payment, refund, dispute } = intake().queues;
      const others = { payment: [], refund: [], dispute: [] };
      expect({ payment, refund, dispute }).toEqual({
        ...others,
        [type]: [{ eventId: payload.event_id, body: payload.body }],
      });
    },
  );

  test('marks the event as routed: it leaves the sparse index and expires after 30 days', async () => {
    const { payload } = await accepted();
    const unrouted = await intake().countUnrouted();
    intake().clockMs += 1_000;
    await intake().route(payload);
    const item = await intake().item(payload.event_id);
    expect(item).toMatchObject({
      state: { S: 'routed' },
      routed_at: { S: new Date(START_MS + 1_000).toISOString() },
      expires_at: { N: String(START_MS / 1000 + 1 + TTL_SECONDS) },
    });
    expect(item).not.toHaveProperty(UNROUTED_INDEX.partitionKey.name);
    expect(await intake().countUnrouted()).toBe(unrouted - 1);
  });

  test('rejects when the queue does not accept the event, which stays unrouted until a retry', async () => {
    const { payload } = await accepted();
    failCalls([1]);
    await expect(intake().route(payload)).rejects.toThrow('mishap');
    expect((await intake().item(payload.event_id))?.['state']?.S).toBe('received');
    expect(await intake().route(payload)).toBe('routed');
    expect(intake().queues.payment).toHaveLength(1);
  });

  test('rejects when the mark fails, and sends the event again on a retry', async () => {
    const { payload } = await accepted();
    failCalls([2]);
    await expect(intake().route(payload)).rejects.toThrow('mishap');
    expect(await intake().route(payload)).toBe('routed');
    expect(intake().queues.payment).toHaveLength(2);
  });

  test('recognizes an event that is already routed and does not change its mark', async () => {
    const { payload } = await accepted();
    await intake().route(payload);
    const item = await intake().item(payload.event_id);
    intake().clockMs += 1_000;
    expect(await intake().route(payload)).toBe('routed-before');
    expect(await intake().item(payload.event_id)).toEqual(item);
    expect(intake().telemetry.counts).toMatchObject({ EventRouted: 1, EventRoutedAgain: 1 });
  });

  test('routes an event with a number that earlier releases accepted and a double cannot hold', async () => {
    const event = webhookEvent();
    const body = `{"account":12345678901234567890,${JSON.stringify(event).slice(1)}`;
    expect(await intake().route({ event_id: event.event_id, body })).toBe('unknown');
    expect(intake().queues.payment).toMatchObject([{ body }]);
  });

  test('does not mark the event as routed for a different body', async () => {
    const { event, payload } = await accepted();
    const forged = { ...payload, body: JSON.stringify({ ...event, amount: 999 }) };
    expect(await intake().route(forged)).toBe('unknown');
    expect((await intake().item(payload.event_id))?.['state']?.S).toBe('received');
    expect(await intake().route(payload)).toBe('routed');
    expect(intake().telemetry.counts).toMatchObject({ UnknownEventRouted: 1, EventRouted: 1 });
  });

  test('creates no item for an event that was never accepted', async () => {
    const event = webhookEvent();
    expect(await intake().route({ event_id: event.event_id, body: JSON.stringify(event) })).toBe(
      'unknown',
    );
    expect(await intake().item(event.event_id)).toBeUndefined();
  });

  test.each([
    [undefined, 'is not an object'],
    [{ event_id: 'a' }, 'has no body'],
    [{ event_id: 'a', body: '{' }, 'has an unusable body'],
    [{ event_id: 'a', body: '{}' }, 'has an invalid body: /event_id is missing'],
    [
      { event_id: 'a', body: JSON.stringify(webhookEvent()) },
      'and its body have different event_ids',
    ],
  ])('rejects the payload %j', async (payload, problem) => {
    const error = await intake()
      .route(payload)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidRouterPayloadError);
    expect((error as Error).message).toContain(problem);
    expect(intake().queues.payment).toEqual([]);
  });
});
