import { describe, expect, test } from '@jest/globals';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { UNROUTED_PARTITIONS, unroutedPartition } from '@leaderboard/tables';
import { MIN_AGE_MS, webhookEvent } from '../testing/test-intake.ts';
import { useIntake } from '../testing/use-intake.ts';

const intake = useIntake();

async function accept(count: number, changes: Record<string, unknown> = {}): Promise<string[]> {
  const events = Array.from({ length: count }, () => webhookEvent(changes));
  await Promise.all(events.map((event) => intake().post(event)));
  return events.map(({ event_id }) => event_id);
}

/** The requests to the table from now on. */
function recordRequests(): string[] {
  const requests: string[] = [];
  intake().client.middlewareStack.add(
    (next, context) => (args) => {
      requests.push(String(context['commandName']));
      return next(args);
    },
    { step: 'initialize', name: 'recorder', override: true },
  );
  return requests;
}

describe('the sweep', () => {
  test('routes every event that the router did not, once', async () => {
    const payments = await accept(60);
    const refunds = await accept(7, { transaction_type: 'refund' });
    intake().clockMs += MIN_AGE_MS + 1;
    expect(await intake().sweep()).toEqual({ routed: 67, failed: 0 });
    expect(new Set(intake().queues.payment.map(({ eventId }) => eventId))).toEqual(
      new Set(payments),
    );
    expect(new Set(intake().queues.refund.map(({ eventId }) => eventId))).toEqual(new Set(refunds));
    expect(await intake().countUnrouted()).toBe(0);
    expect(await intake().sweep()).toEqual({ routed: 0, failed: 0 });
    expect(intake().queues.payment).toHaveLength(60);
  });

  test('routes an event that was not yet routed when its duplicate came', async () => {
    const event = webhookEvent();
    await intake().post(event);
    intake().clockMs += MIN_AGE_MS + 1;
    expect((await intake().post(event)).status).toBe(409);
    await intake().sweep();
    expect(intake().queues.payment).toEqual([
      { eventId: event.event_id, body: JSON.stringify(event) },
    ]);
  });

  test('leaves younger events to the retries of the router, and says nothing where it finds no others', async () => {
    await accept(3);
    intake().clockMs += MIN_AGE_MS;
    expect(await intake().sweep()).toEqual({ routed: 0, failed: 0 });
    expect(
      Object.keys(intake().telemetry.counts).filter((name) => /Sweep|Unrouted/.test(name)),
    ).toEqual([]);
    expect(intake().telemetry.logs).not.toContain('Sweep finished');
  });

  test('costs one query per partition when no event waits, however large the table is', async () => {
    await accept(200);
    intake().clockMs += MIN_AGE_MS + 1;
    await intake().sweep();
    const requests = recordRequests();
    await intake().sweep();
    expect(requests).toEqual(UNROUTED_PARTITIONS.map(() => 'QueryCommand'));
  });

  test('routes the events of other queues while one queue is down, and does not try all events of that one', async () => {
    await accept(300, { transaction_type: 'payment' });
    const disputes = await accept(30, { transaction_type: 'dispute' });
    intake().clockMs += MIN_AGE_MS + 1;
    intake().queues.send = function (type, eventId, body) {
      if (type === 'payment') return Promise.reject(new Error('payments is down'));
      this[type].push({ eventId, body });
      return Promise.resolve();
    };
    const report = await intake().sweep();
    expect(report.routed).toBe(disputes.length);
    expect(report.failed).toBe(4 * 25);
    expect(intake().queues.dispute).toHaveLength(disputes.length);
    expect(await intake().countUnrouted()).toBe(300);
  });

  test('routes younger events behind events that cannot be routed', async () => {
    for (const event_id of await accept(200)) {
      await intake().client.send(
        new UpdateItemCommand({
          TableName: intake().tableName,
          Key: { event_id: { S: event_id } },
          UpdateExpression: 'SET body = :body',
          ExpressionAttributeValues: { ':body': { S: '{}' } },
        }),
      );
    }
    intake().clockMs += 1;
    await accept(20);
    intake().clockMs += MIN_AGE_MS + 1;
    expect(await intake().sweep()).toEqual({ routed: 20, failed: 200 });
  });

  test('reports how long the oldest event has waited', async () => {
    await accept(1);
    intake().clockMs += 10 * 60_000;
    await accept(1);
    intake().clockMs += 10 * 60_000;
    await intake().sweep();
    expect(intake().telemetry.counts).toMatchObject({
      OldestUnroutedAge: 1_200,
      SweepRouted: 2,
      SweepFailed: 0,
    });
  });

  test('stops before its time is over, and the next sweep continues', async () => {
    await accept(100);
    intake().clockMs += MIN_AGE_MS + 1;
    let remainingMs = 60_000;
    const first = await intake().sweep(() => (remainingMs -= 1_000));
    expect(first.routed).toBeGreaterThan(0);
    expect(first.routed).toBeLessThan(100);
    expect((await intake().sweep()).routed).toBe(100 - first.routed);
  });

  test('skips an event that was routed between the query and the read', async () => {
    const event = webhookEvent();
    await intake().post(event);
    intake().clockMs += MIN_AGE_MS + 1;
    const payload = { event_id: event.event_id, body: JSON.stringify(event) };
    let isFirst = true;
    intake().mishap = async (operation) => {
      if (isFirst) {
        isFirst = false;
        await intake().route(payload);
      }
      return operation();
    };
    expect(await intake().sweep()).toEqual({ routed: 0, failed: 0 });
    expect(intake().queues.payment).toHaveLength(1);
  });

  test('sweeps the other partitions when one cannot be read, and rejects', async () => {
    const [lost = ''] = await accept(1);
    await accept(5, { transaction_type: 'refund' });
    intake().clockMs += MIN_AGE_MS + 1;
    const partition = unroutedPartition('payment', lost);
    intake().client.middlewareStack.add(
      (next) => (args) => {
        const { ExpressionAttributeValues: values } = args.input as {
          ExpressionAttributeValues?: Record<string, unknown>;
        };
        if (Object.values(values ?? {}).includes(partition)) throw new Error('throttled');
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(intake().sweep()).rejects.toThrow(
      '1 of 12 partitions of the unrouted index could not be read',
    );
    expect(intake().queues.refund).toHaveLength(5);
  });
});
