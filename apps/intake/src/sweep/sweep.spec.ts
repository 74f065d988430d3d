import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { UNROUTED_INDEX } from '../events/dynamodb-event-store.ts';
import { UNROUTED_PARTITIONS, unroutedPartition } from '../events/event-store.ts';
import {
  EVENTS_TABLE,
  startDynamoDbEngine,
  type DynamoDbEngine,
} from '../testing/dynamodb-engine.ts';
import { MIN_AGE_MS, TestIntake, webhookEvent } from '../testing/test-intake.ts';

let engine: DynamoDbEngine;
let intake: TestIntake;

beforeEach(async () => {
  engine = await startDynamoDbEngine();
  intake = new TestIntake(engine.client);
});
afterEach(() => engine.stop());

async function accept(count: number, changes: Record<string, unknown> = {}): Promise<string[]> {
  const events = Array.from({ length: count }, () => webhookEvent(changes));
  await Promise.all(events.map((event) => intake.post(event)));
  return events.map(({ event_id }) => event_id);
}

/** Requests that reach the table from here on. */
function recordRequests(): string[] {
  const requests: string[] = [];
  engine.client.middlewareStack.add(
    (next, context) => (args) => {
      requests.push(String(context['commandName']));
      return next(args);
    },
    { step: 'initialize', name: 'recorder', override: true },
  );
  return requests;
}

describe('the sweep', () => {
  test('brings every event whose router never came to its queue, once', async () => {
    const payments = await accept(60);
    const refunds = await accept(7, { transaction_type: 'refund' });
    intake.clockMs += MIN_AGE_MS + 1;
    expect(await intake.sweep()).toEqual({ routed: 67, failed: 0 });
    expect(new Set(intake.queues.payment.map(({ eventId }) => eventId))).toEqual(new Set(payments));
    expect(new Set(intake.queues.refund.map(({ eventId }) => eventId))).toEqual(new Set(refunds));
    expect(await intake.countItems(UNROUTED_INDEX)).toBe(0);
    expect(await intake.sweep()).toEqual({ routed: 0, failed: 0 });
    expect(intake.queues.payment).toHaveLength(60);
  });

  test('a duplicate does not hide an event that is still owed', async () => {
    const event = webhookEvent();
    await intake.post(event);
    intake.clockMs += MIN_AGE_MS + 1;
    expect((await intake.post(event)).status).toBe(409);
    await intake.sweep();
    expect(intake.queues.payment).toEqual([
      { eventId: event.event_id, body: JSON.stringify(event) },
    ]);
  });

  test('leaves what is younger than the retries of the router', async () => {
    await accept(3);
    intake.clockMs += MIN_AGE_MS;
    expect(await intake.sweep()).toEqual({ routed: 0, failed: 0 });
    expect(intake.telemetry.counts).toMatchObject({ OldestUnroutedAge: 0 });
  });

  test('costs one query per partition when nothing waits, however many events there are', async () => {
    await accept(200);
    intake.clockMs += MIN_AGE_MS + 1;
    await intake.sweep();
    const requests = recordRequests();
    await intake.sweep();
    expect(requests).toEqual(UNROUTED_PARTITIONS.map(() => 'QueryCommand'));
  });

  test('a queue that is down does not hold up the events of the others, nor does the sweep try all of its own', async () => {
    await accept(300, { transaction_type: 'payment' });
    const disputes = await accept(30, { transaction_type: 'dispute' });
    intake.clockMs += MIN_AGE_MS + 1;
    intake.queues.send = function (type, eventId, body) {
      if (type === 'payment') return Promise.reject(new Error('payments is down'));
      this[type].push({ eventId, body });
      return Promise.resolve();
    };
    const report = await intake.sweep();
    expect(report.routed).toBe(disputes.length);
    expect(report.failed).toBe(4 * 25);
    expect(intake.queues.dispute).toHaveLength(disputes.length);
    expect(await intake.countItems(UNROUTED_INDEX)).toBe(300);
  });

  test('events that no router takes do not hold up the younger ones behind them', async () => {
    for (const event_id of await accept(200)) {
      await engine.client.send(
        new UpdateItemCommand({
          TableName: EVENTS_TABLE,
          Key: { event_id: { S: event_id } },
          UpdateExpression: 'SET body = :body',
          ExpressionAttributeValues: { ':body': { S: '{}' } },
        }),
      );
    }
    intake.clockMs += 1;
    await accept(20);
    intake.clockMs += MIN_AGE_MS + 1;
    expect(await intake.sweep()).toEqual({ routed: 20, failed: 200 });
  });

  test('says how long the oldest event waits', async () => {
    await accept(1);
    intake.clockMs += 10 * 60_000;
    await accept(1);
    intake.clockMs += 10 * 60_000;
    await intake.sweep();
    expect(intake.telemetry.counts).toMatchObject({
      OldestUnroutedAge: 1_200,
      SweepRouted: 2,
      SweepFailed: 0,
    });
  });

  test('stops before its time is over; the next sweep goes on', async () => {
    await accept(100);
    intake.clockMs += MIN_AGE_MS + 1;
    let remainingMs = 60_000;
    const first = await intake.sweep(() => (remainingMs -= 1_000));
    expect(first.routed).toBeGreaterThan(0);
    expect(first.routed).toBeLessThan(100);
    expect((await intake.sweep()).routed).toBe(100 - first.routed);
  });

  test('leaves an event alone that was routed between the query and the read', async () => {
    const event = webhookEvent();
    await intake.post(event);
    intake.clockMs += MIN_AGE_MS + 1;
    const payload = { event_id: event.event_id, body: JSON.stringify(event) };
    let isFirst = true;
    intake.mishap = async (operation) => {
      if (isFirst) {
        isFirst = false;
        await intake.route(payload);
      }
      return operation();
    };
    expect(await intake.sweep()).toEqual({ routed: 0, failed: 0 });
    expect(intake.queues.payment).toHaveLength(1);
  });

  test('sweeps the other partitions when one cannot be read, and fails', async () => {
    const [lost = ''] = await accept(1);
    await accept(5, { transaction_type: 'refund' });
    intake.clockMs += MIN_AGE_MS + 1;
    const partition = unroutedPartition('payment', lost);
    engine.client.middlewareStack.add(
      (next) => (args) => {
        const values = (
          args.input as { ExpressionAttributeValues?: Record<string, { S?: string }> }
        ).ExpressionAttributeValues;
        if (values?.[':partition']?.S === partition) throw new Error('throttled');
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(intake.sweep()).rejects.toThrow(
      '1 of 12 partitions of the unrouted index could not be read',
    );
    expect(intake.queues.refund).toHaveLength(5);
  });
});
