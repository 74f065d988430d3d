import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import type { SQSEvent } from 'aws-lambda';
import { createConsumer } from './consumer.ts';
import { EventBusyError, handleOnce } from './handle-once.ts';
import { HandledEvents, type Reservation } from './handled-events.ts';

const TABLE = 'handled-payments';
const VISIBILITY_TIMEOUT_MS = 300_000;
const FUNCTION_TIMEOUT_MS = 50_000;

let engine: DynamoDbEngine;
let events: HandledEvents;
let nowMs: number;
let effects: number;
let eventId: string;
let nextEvent = 1;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  await engine.client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'event_id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'event_id', KeyType: 'HASH' }],
    }),
  );
});
afterAll(() => engine.stop());
beforeEach(() => {
  nowMs = 1_795_255_200_000;
  effects = 0;
  eventId = `evt_${nextEvent++}`;
  events = new HandledEvents({
    client: engine.client,
    tableName: TABLE,
    ttlSeconds: 15 * 86_400,
    now: () => nowMs,
  });
});

const handle = () => {
  effects += 1;
  return Promise.resolve();
};

/** A delivery that is received now, by a function with {@link FUNCTION_TIMEOUT_MS}. */
const deliver = (settle: () => Promise<void> = handle) =>
  handleOnce({ eventId, deadlineMs: nowMs + FUNCTION_TIMEOUT_MS }, events, settle);

async function reserve(): Promise<Reservation> {
  const reservation = await events.reserve(eventId, nowMs + FUNCTION_TIMEOUT_MS);
  if (typeof reservation === 'string') throw new Error(`the event is ${reservation}`);
  return reservation;
}

describe('an event of an at-least-once queue', () => {
  test('is handled by the first delivery, and dropped by the others', async () => {
    expect(await deliver()).toBe(true);
    expect(await deliver()).toBe(false);
    expect(effects).toBe(1);
  });

  test('is handled by one of many deliveries at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => deliver()));
    expect(results.filter((result) => result.status === 'fulfilled' && result.value)).toHaveLength(
      1,
    );
    expect(effects).toBe(1);
  });

  test('stays handled after its reservation would have lapsed', async () => {
    await deliver();
    nowMs += FUNCTION_TIMEOUT_MS + 1;
    expect(await deliver()).toBe(false);
  });

  test('is handled by the next delivery after a failure', async () => {
    await expect(deliver(() => Promise.reject(new Error('later')))).rejects.toThrow('later');
    expect(await deliver()).toBe(true);
  });

  test('is busy while another delivery handles it', async () => {
    await deliver(async () => {
      await expect(deliver()).rejects.toBeInstanceOf(EventBusyError);
    });
    expect(await deliver()).toBe(false);
  });

  test('is not reserved once the deadline of its delivery has passed', async () => {
    await expect(handleOnce({ eventId, deadlineMs: nowMs }, events, handle)).rejects.toThrow(
      'Leave the message in the queue',
    );
    expect(await deliver()).toBe(true);
  });

  test.each([1, 2])(
    'that crashed %d of three receives in the middle of its work is handled by the next one',
    async (crashes) => {
      for (let receive = 1; receive <= crashes; receive += 1) {
        // The function starts a little after the queue handed the message out.
        nowMs += 40;
        // The instance is gone: nothing is confirmed or released.
        await reserve();
        nowMs += VISIBILITY_TIMEOUT_MS - 40;
      }
      expect(await deliver()).toBe(true);
    },
  );

  test('stays with the delivery that took it over when the former one fails late', async () => {
    const late = await reserve();
    nowMs += VISIBILITY_TIMEOUT_MS;
    await reserve();
    await expect(events.release(eventId, late)).rejects.toThrow();
    expect(await events.reserve(eventId, nowMs + 1)).toBe('busy');
  });

  test('stays handled when a former delivery fails late', async () => {
    const late = await reserve();
    nowMs += VISIBILITY_TIMEOUT_MS;
    await deliver();
    await expect(events.release(eventId, late)).rejects.toThrow();
    expect(await deliver()).toBe(false);
  });
});

describe('the Lambda handler', () => {
  const record = (messageId: string, id: string, body: string) => ({
    messageId,
    body,
    messageAttributes: { event_id: { stringValue: id } },
  });

  test('handles each event once, and returns what failed to the queue', async () => {
    const settled: string[] = [];
    const failures: unknown[] = [];
    const handler = createConsumer({
      handledEvents: events,
      settle: (body) => {
        if (body === 'bad') return Promise.reject(new Error('no'));
        settled.push(body);
        return Promise.resolve();
      },
      onFailure: (error, delivery) => failures.push([(error as Error).message, delivery]),
      now: () => nowMs,
    });
    const Records = [
      record('m1', eventId, 'good'),
      record('m2', `${eventId}b`, 'bad'),
      record('m3', eventId, 'good'),
      { messageId: 'm4', body: 'good', messageAttributes: {} },
    ];
    const context = { getRemainingTimeInMillis: () => FUNCTION_TIMEOUT_MS };
    expect(await handler({ Records } as unknown as SQSEvent, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm2' }, { itemIdentifier: 'm4' }],
    });
    expect(settled).toEqual(['good']);
    expect(failures).toEqual([
      ['no', { messageId: 'm2', eventId: `${eventId}b` }],
      ['The message has no attribute event_id.', { messageId: 'm4', eventId: undefined }],
    ]);
  });

  test('reserves an event no longer than its invocation can run', async () => {
    const handler = createConsumer({
      handledEvents: events,
      settle: () => {
        // The end of the invocation: by then the next receive may take the event.
        nowMs += FUNCTION_TIMEOUT_MS;
        return deliver().then(() => undefined);
      },
      onFailure: (error) => {
        throw error;
      },
      now: () => nowMs,
    });
    const context = { getRemainingTimeInMillis: () => FUNCTION_TIMEOUT_MS };
    await handler({ Records: [record('m1', eventId, '')] } as unknown as SQSEvent, context);
    expect(effects).toBe(1);
  });
});
