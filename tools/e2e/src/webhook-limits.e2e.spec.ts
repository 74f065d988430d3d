import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  TRANSACTION_TYPES,
  useIntakeStack,
  webhookEvent,
  type HttpResponse,
  type WebhookEvent,
} from './stacks/intake-stack.ts';

/** So low that any machine exceeds them, however busy: a burst that takes a minute is still above them. */
const LIMITS = {
  intakeThrottleRate: '2',
  intakeThrottleBurst: '100',
  validatorReservedConcurrency: '2',
};
const BURST = 300;

describe('a burst above the limits', () => {
  const intake = useIntakeStack({ config: LIMITS });
  let responses: { event: WebhookEvent; response: HttpResponse }[];

  beforeAll(async () => {
    responses = await Promise.all(
      Array.from({ length: BURST }, async () => {
        const event = webhookEvent();
        return { event, response: await intake.postWebhook(event) };
      }),
    );
  });

  const withStatus = (status: number) =>
    responses.filter(({ response }) => response.status === status);

  test('gets nothing but 200, 429 above the throttle and 503 above the reserved concurrency', () => {
    expect([...new Set(responses.map(({ response }) => response.status))].sort()).toEqual([
      200, 429, 503,
    ]);
    expect(withStatus(429).length).toBeGreaterThan(0);
    expect(withStatus(200).length + withStatus(503).length).toBeGreaterThanOrEqual(100);
  });

  test('429 and 503 say when to retry, in the form of every error', () => {
    for (const { response } of withStatus(429)) {
      expect(response.headers.get('Retry-After')).toBe('1');
      expect(response.body).toEqual({ error: 'Too many requests, send the request again later' });
    }
    for (const { response } of withStatus(503)) {
      expect(response.headers.get('Retry-After')).toBe('2');
      expect(response.body).toEqual({ error: 'Temporarily unavailable, send the request again' });
    }
  });

  test('every accepted event is queued, and nothing else is stored', async () => {
    await intake.routed();
    const queued = await Promise.all(TRANSACTION_TYPES.map((type) => intake.takeEvents(type)));
    const ids = new Set(queued.flat().map(({ eventId }) => eventId));
    expect(ids).toEqual(new Set(withStatus(200).map(({ event }) => event.event_id)));
    const stored = (await intake.storedEvents()).map(({ event_id }) => event_id);
    expect(new Set(stored)).toEqual(ids);
  });

  test('a refused event is accepted when it is sent again', async () => {
    for (const { event } of [...withStatus(429).slice(0, 2), ...withStatus(503).slice(0, 2)]) {
      let { status } = await intake.postWebhook(event);
      while (status === 429) ({ status } = await intake.postWebhook(event));
      expect(status).toBe(200);
    }
  });
});
