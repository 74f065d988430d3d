import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { INVALID_WEBHOOKS } from './invalid-webhooks.ts';
import {
  TRANSACTION_TYPES,
  useIntakeStack,
  webhookEvent,
  type HttpResponse,
  type TransactionType,
} from './stacks/intake-stack.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-west-1:000000000000:secret:webhooks-a1B2c3';
const OLD_SECRET = 'the-secret-before-the-rotation';
const SECRET = 'the-secret-after-the-rotation';

const nowSeconds = () => Math.floor(Date.now() / 1000);

function signature(body: string, { secret = SECRET, at = nowSeconds() } = {}) {
  const v1 = createHmac('sha256', secret)
    .update(`${String(at)}.${body}`)
    .digest('hex');
  return { 'X-Webhook-Signature': `t=${String(at)},v1=${v1}` };
}

describe('POST /webhook with a signature secret', () => {
  const intake = useIntakeStack({
    config: { webhookSecretArn: SECRET_ARN },
    args: ['--secret', `${SECRET_ARN}=${JSON.stringify([SECRET, OLD_SECRET])}`],
  });

  /** Sends a body with a good signature. */
  const send = (body: unknown, headers: Record<string, string> = {}): Promise<HttpResponse> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return intake.postWebhook(text, { ...signature(text), ...headers });
  };

  /** What is stored and what is queued, one after the other. */
  const takeEverything = async () => {
    await intake.routed();
    const queued = await Promise.all(TRANSACTION_TYPES.map((type) => intake.takeEvents(type)));
    return { stored: (await intake.storedEvents()).length, queued: queued.flat() };
  };

  describe('the rows', () => {
    afterEach(takeEverything);

    test.each(TRANSACTION_TYPES)(
      '200 for a new %s, which is then in the queue of its type and in no other, byte for byte',
      async (type: TransactionType) => {
        const text = `{ "order": 9007199254740991, "fee": 1.50, ${JSON.stringify(webhookEvent({ transaction_type: type })).slice(1)}`;
        const { event_id } = JSON.parse(text) as { event_id: string };
        expect(await send(text)).toMatchObject({
          status: 200,
          body: { message: 'Event validated and queued for processing', event_id },
        });
        await intake.routed();
        for (const queue of TRANSACTION_TYPES) {
          const expected = queue === type ? [{ eventId: event_id, body: text }] : [];
          expect(await intake.takeEvents(queue)).toEqual(expected);
        }
      },
    );

    test('409 for the same event again', async () => {
      const event = webhookEvent();
      await send(event);
      expect(await send(event)).toMatchObject({ status: 409, body: { error: 'Duplicate event' } });
    });

    test('409 with a reason for the same event_id with another body, which is not kept', async () => {
      const event = webhookEvent();
      await send(event);
      expect(await send({ ...event, amount: 13 })).toMatchObject({
        status: 409,
        body: { error: 'Duplicate event', field: 'event_id' },
      });
      const { queued } = await takeEverything();
      expect(queued).toEqual([{ eventId: event.event_id, body: JSON.stringify(event) }]);
    });

    test('409 for a replayed signature', async () => {
      const body = JSON.stringify(webhookEvent());
      const headers = signature(body);
      expect((await intake.postWebhook(body, headers)).status).toBe(200);
      expect(await intake.postWebhook(body, headers)).toMatchObject({
        status: 409,
        body: { error: 'Duplicate event' },
      });
      expect((await takeEverything()).queued).toHaveLength(1);
    });

    test('409 for a repeat that carries the request id of the first', async () => {
      const event = webhookEvent();
      const headers = { 'X-Amzn-RequestId': 'set-by-the-client' };
      expect((await send(event, headers)).status).toBe(200);
      expect((await send(event, headers)).status).toBe(409);
    });

    test('200 for a body that is signed with the secret before the rotation', async () => {
      const body = JSON.stringify(webhookEvent());
      const response = await intake.postWebhook(body, signature(body, { secret: OLD_SECRET }));
      expect(response.status).toBe(200);
    });

    test('200 whatever content type the provider sends', async () => {
      for (const contentType of [
        'text/plain',
        'application/octet-stream',
        'application/x-www-form-urlencoded',
      ]) {
        expect((await send(webhookEvent(), { 'Content-Type': contentType })).status).toBe(200);
      }
    });
  });

  const valid = JSON.stringify(webhookEvent());

  test.each(INVALID_WEBHOOKS)(
    '%s gets a clear 4xx; nothing is stored, nothing is queued',
    async (_, body, status, error) => {
      const { stored } = await takeEverything();
      const response = await send(body);
      expect(response).toMatchObject({ status, body: error });
      expect(await takeEverything()).toEqual({ stored, queued: [] });
    },
  );

  test.each<[string, () => Record<string, string>, string]>([
    ['no signature', () => ({}), 'missing'],
    [
      'a signature of another secret',
      () => signature(valid, { secret: 'some-other-secret' }),
      'no v1 matches',
    ],
    ['a signature of another body', () => signature(`${valid} `), 'no v1 matches'],
    [
      'a signature that is 6 minutes old',
      () => signature(valid, { at: nowSeconds() - 360 }),
      '300 s',
    ],
    ['a signature without a time', () => ({ 'X-Webhook-Signature': 'v1=00' }), ''],
  ])('%s gets 401; nothing is stored, nothing is queued', async (_, headers, text) => {
    const { stored } = await takeEverything();
    expect(await intake.postWebhook(valid, headers())).toMatchObject({
      status: 401,
      body: { error: 'Invalid signature', reason: expect.stringContaining(text) },
    });
    expect(await takeEverything()).toEqual({ stored, queued: [] });
  });

  test('every response of functions and gateway forbids content sniffing', async () => {
    const endpoint = intake.stack.output('api_endpoint');
    const get = async (path: string) => fetch(`${endpoint}${path}`);
    const responses = [
      await send(webhookEvent()),
      await send('no JSON'),
      await send({ ...webhookEvent(), amount: 'a string, which the gateway refuses' }),
      await intake.post('/updates', {}),
      await intake.postUpdates({}),
      await get('/nowhere'),
      await get('/openapi.json'),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 400, 400, 403, 400, 404, 200]);
    for (const { headers } of responses)
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    await takeEverything();
  });

  test('an event whose router cannot be invoked stays unrouted until a sweep; its duplicate gets 409', async () => {
    const fault = await intake.stack.control.inject({
      service: 'lambda',
      operation: 'Invoke',
      function: 'webhook-validator-dev',
      when: 'before',
      effect: { error: 'AccessDeniedException', status: 403 },
    });
    const event = webhookEvent({ transaction_type: 'refund' });
    expect((await send(event)).status).toBe(200);
    expect((await send(event)).status).toBe(409);
    expect(await fault.hits()).toBe(1);
    await fault.remove();
    expect(await intake.unroutedEvents()).toMatchObject([{ event_id: event.event_id }]);
    await intake.sweepAll();
    expect(await intake.takeEvents('refund')).toEqual([
      { eventId: event.event_id, body: JSON.stringify(event) },
    ]);
  });

  test('an event whose validator dies after storing it gets 503, then 409, and reaches its queue', async () => {
    const crash = await intake.stack.control.inject({
      service: 'dynamodb',
      operation: 'PutItem',
      function: 'webhook-validator-dev',
      when: 'after',
      effect: { kill: true },
      times: 1,
    });
    const event = webhookEvent({ transaction_type: 'dispute' });
    expect((await send(event)).status).toBe(503);
    expect((await send(event)).status).toBe(409);
    await crash.remove();
    await intake.sweepAll();
    expect(await intake.takeEvents('dispute')).toEqual([
      { eventId: event.event_id, body: JSON.stringify(event) },
    ]);
  });

  test('a sweep that dies between sending and marking sends again', async () => {
    const lost = await intake.stack.control.inject({
      service: 'lambda',
      operation: 'Invoke',
      function: 'webhook-validator-dev',
      when: 'before',
      effect: { error: 'AccessDeniedException', status: 403 },
    });
    const crash = await intake.stack.control.inject({
      service: 'sqs',
      operation: 'SendMessage',
      function: 'event-sweep-dev',
      when: 'after',
      effect: { kill: true },
      times: 1,
    });
    const event = webhookEvent();
    expect((await send(event)).status).toBe(200);
    await lost.remove();
    await intake.sweepAll();
    await crash.remove();
    const copy = { eventId: event.event_id, body: JSON.stringify(event) };
    expect(await intake.takeEvents('payment')).toEqual([copy, copy]);
  });

  test('an event expires only once it is routed', async () => {
    const event = webhookEvent();
    await send(event);
    await intake.routed();
    const item = (await intake.storedEvents()).find(({ event_id }) => event_id === event.event_id);
    expect(item).toMatchObject({ state: 'routed' });
    expect(Number(item?.['expires_at'])).toBeGreaterThan(nowSeconds() + 29 * 86_400);
  });
});
