import { describe, expect, test } from '@jest/globals';
import type { Fault } from '@leaderboard/local/stack-control';
import { sizeOf } from '@leaderboard/testing/test-form';
import {
  inParallel,
  TRANSACTION_TYPES,
  useIntakeStack,
  webhookEvent,
  type TransactionType,
} from './stacks/intake-stack.ts';
import { until } from './stacks/until.ts';

const EVENTS = sizeOf({ short: 600, long: 5_000 });
/** As many as the validator has executions. */
const SENDERS = 10;

const refused = { error: 'AccessDeniedException', status: 403 };
const router = { function: 'event-router-dev' };

/** The invocation fails for 30 % of the events, and the router in 30 % of its runs, before and after it has sent. */
const FAULTS: Fault[] = [
  {
    service: 'lambda',
    operation: 'Invoke',
    function: 'webhook-validator-dev',
    when: 'before',
    effect: refused,
    random: { percent: 30, seed: 1 },
  },
  {
    ...router,
    service: 'sqs',
    operation: 'SendMessage',
    when: 'before',
    effect: refused,
    random: { percent: 12, seed: 2 },
  },
  {
    ...router,
    service: 'sqs',
    operation: 'SendMessage',
    when: 'after',
    effect: refused,
    random: { percent: 10, seed: 3 },
  },
  {
    ...router,
    service: 'dynamodb',
    operation: 'UpdateItem',
    when: 'before',
    effect: refused,
    random: { percent: 12, seed: 4 },
  },
  {
    ...router,
    service: 'sqs',
    operation: 'SendMessage',
    when: 'after',
    effect: { kill: true },
    times: 3,
  },
];

describe('the delivery of accepted webhooks', () => {
  const intake = useIntakeStack();

  test('every accepted event reaches the queue of its type, and no other, while invocations and the router fail at random', async () => {
    const faults = await Promise.all(FAULTS.map((fault) => intake.stack.control.inject(fault)));
    const accepted = new Map<string, TransactionType>();
    const events = Array.from({ length: EVENTS }, (_, index) =>
      webhookEvent({
        event_id: `evt_${String(index)}`,
        transaction_type: TRANSACTION_TYPES[index % TRANSACTION_TYPES.length] ?? 'payment',
      }),
    );
    await inParallel(events, SENDERS, async (event) => {
      const { status } = await intake.postWebhook(event);
      if (status === 200) accepted.set(event.event_id, event.transaction_type);
    });
    expect(accepted.size).toBeGreaterThan(EVENTS * 0.99);
    const hits = await Promise.all(faults.map((fault) => fault.hits()));
    expect(hits[0]).toBeGreaterThan(EVENTS / 4);
    for (const count of hits) expect(count).toBeGreaterThan(0);

    await intake.sweepAll();

    const handled = new Map<string, number>();
    for (const type of TRANSACTION_TYPES) {
      const seen = new Set<string>();
      for (const { eventId = '', body } of await intake.takeEvents(type)) {
        expect(JSON.parse(body)).toMatchObject({ event_id: eventId, transaction_type: type });
        if (seen.has(eventId)) continue;
        seen.add(eventId);
        handled.set(eventId, (handled.get(eventId) ?? 0) + 1);
      }
    }
    expect([...accepted.keys()].filter((id) => handled.get(id) !== 1)).toEqual([]);
    expect((await intake.take('webhook_failures_queue_url')).length).toBeGreaterThan(0);
    for (const fault of faults) await fault.remove();
  });

  test('a run of the sweep that fails on every retry, or cannot start, is in the failures queue', async () => {
    const schedule = intake.stack.output('event_sweep_schedule_name');
    const kept: Record<string, unknown>[] = [];
    const isKept = (what: string, fits: (failure: Record<string, unknown>) => boolean) =>
      until(`${what} is kept`, async () => {
        const messages = await intake.take('webhook_failures_queue_url');
        kept.push(...messages.map(({ Body = '' }) => JSON.parse(Body) as Record<string, unknown>));
        return kept.some(fits);
      });

    const crash = await intake.stack.control.inject({
      service: 'dynamodb',
      operation: 'Query',
      function: 'event-sweep-dev',
      when: 'before',
      effect: { kill: true },
    });
    await intake.stack.control.runSchedule(schedule);
    await isKept('the record of a failed run', ({ requestContext }) =>
      JSON.stringify(requestContext ?? '').includes('event-sweep-dev'),
    );
    await crash.remove();

    const refusal = await intake.stack.control.inject({
      service: 'lambda',
      operation: 'Invoke',
      function: schedule,
      when: 'before',
      effect: refused,
    });
    await intake.stack.control.runSchedule(schedule);
    await isKept(
      'the input of a run that was not started',
      (failure) => Object.keys(failure).length === 0,
    );
    await refusal.remove();
  });
});
