import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  EVENTS_TABLE,
  startDynamoDbEngine,
  type DynamoDbEngine,
} from '../testing/dynamodb-engine.ts';
import { DynamoDbHandledEvents } from './dynamodb-handled-events.ts';
import { EventBusyError, handleOnce, type Reservation } from './handle-once.ts';

const RESERVATION_MS = 300_000;

let engine: DynamoDbEngine;
let events: DynamoDbHandledEvents;
let nowMs: number;
let effects: number;
let eventId: string;
let nextEvent = 1;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
}, 30_000);
afterAll(() => engine.stop());
beforeEach(() => {
  nowMs = 1_795_255_200_000;
  effects = 0;
  eventId = `evt_${nextEvent++}`;
  // Any table with the key event_id will do.
  events = new DynamoDbHandledEvents({
    client: engine.client,
    tableName: EVENTS_TABLE,
    reservationMs: RESERVATION_MS,
    ttlSeconds: 15 * 86_400,
    now: () => nowMs,
  });
});

const handle = () => {
  effects += 1;
  return Promise.resolve();
};

async function reserve(): Promise<Reservation> {
  const reservation = await events.reserve(eventId);
  if (typeof reservation === 'string') throw new Error(`the event is ${reservation}`);
  return reservation;
}

describe('W6: handled events in DynamoDB', () => {
  test('of many deliveries at once, one is handled', async () => {
    const deliveries = Array.from({ length: 20 }, () => handleOnce(eventId, events, handle));
    const results = await Promise.allSettled(deliveries);
    expect(results.filter((result) => result.status === 'fulfilled' && result.value)).toHaveLength(
      1,
    );
    expect(effects).toBe(1);
  });

  test('a handled event stays handled after its reservation would have lapsed', async () => {
    await handleOnce(eventId, events, handle);
    nowMs += RESERVATION_MS + 1;
    expect(await handleOnce(eventId, events, handle)).toBe(false);
    expect(effects).toBe(1);
  });

  test('a delivery that crashed holds the event until its reservation lapses', async () => {
    await reserve();
    await expect(handleOnce(eventId, events, handle)).rejects.toBeInstanceOf(EventBusyError);
    nowMs += RESERVATION_MS;
    expect(await handleOnce(eventId, events, handle)).toBe(true);
  });

  test('a delivery that failed gives the event back', async () => {
    const failed = handleOnce(eventId, events, () => Promise.reject(new Error('later')));
    await expect(failed).rejects.toThrow('later');
    expect(await handleOnce(eventId, events, handle)).toBe(true);
  });

  test('a late failure does not undo what another delivery has handled', async () => {
    const late = await reserve();
    nowMs += RESERVATION_MS;
    await handleOnce(eventId, events, handle);
    await expect(events.release(eventId, late)).rejects.toThrow();
    expect(await handleOnce(eventId, events, handle)).toBe(false);
  });

  test('a late failure does not give away what another delivery has reserved', async () => {
    const late = await reserve();
    nowMs += RESERVATION_MS;
    await reserve();
    await expect(events.release(eventId, late)).rejects.toThrow();
    expect(await events.reserve(eventId)).toBe('busy');
  });
});
