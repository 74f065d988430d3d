import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_WEBHOOK_BYTES } from '../events/webhook-body.ts';
import { SIGNATURE_HEADER, signatureHeader } from './signature.ts';
import { SecretCache } from './secret-cache.ts';
import { startDynamoDbEngine, type DynamoDbEngine } from '../testing/dynamodb-engine.ts';
import { START_MS, TestIntake, webhookEvent } from '../testing/test-intake.ts';
import { sizeOf } from '@leaderboard/testing/test-form';

let engine: DynamoDbEngine;
let intake: TestIntake;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(() => engine.stop());
beforeEach(() => {
  intake = new TestIntake(engine.client);
});

/** The request was answered like this, and left nothing behind. */
async function expectRefused(
  body: unknown,
  expected: { status: number; body: unknown },
  headers: Record<string, string> = {},
): Promise<void> {
  const before = await intake.countItems();
  expect(await intake.post(body, { headers })).toEqual(expected);
  expect(await intake.countItems()).toBe(before);
  expect(intake.invocations).toEqual([]);
}

describe('the answers of POST /webhook', () => {
  test.each(['payment', 'refund', 'dispute'])(
    '200 for a new %s, stored and handed to the router',
    async (type) => {
      const event = webhookEvent({ transaction_type: type });
      expect(await intake.post(event)).toEqual({
        status: 200,
        body: { message: 'Event validated and queued for processing', event_id: event.event_id },
      });
      expect(await intake.item(event.event_id)).toMatchObject({
        state: { S: 'received' },
        transaction_type: { S: type },
        body: { S: JSON.stringify(event) },
        received_at: { S: new Date(START_MS).toISOString() },
      });
      expect(intake.invocations).toEqual([
        { event_id: event.event_id, body: JSON.stringify(event) },
      ]);
      expect(intake.telemetry.counts).toEqual({ WebhookAccepted: 1 });
    },
  );

  test('an event that is not routed yet does not expire', async () => {
    const event = webhookEvent();
    await intake.post(event);
    expect(await intake.item(event.event_id)).not.toHaveProperty('expires_at');
  });

  test('409 for the same event again, however its JSON is written', async () => {
    const event = webhookEvent();
    await intake.post(event);
    const { timestamp, ...rest } = event;
    for (const again of [event, JSON.stringify(event, null, 2), { timestamp, ...rest }]) {
      expect(await intake.post(again)).toEqual({ status: 409, body: { error: 'Duplicate event' } });
    }
    expect(intake.invocations).toHaveLength(1);
    expect(intake.telemetry.counts).toEqual({ WebhookAccepted: 1, WebhookDuplicate: 3 });
  });

  test('409 and a metric for the same id with another body, which is not stored', async () => {
    const event = webhookEvent();
    await intake.post(event);
    expect(await intake.post({ ...event, amount: 13 })).toEqual({
      status: 409,
      body: {
        error: 'Duplicate event',
        field: 'event_id',
        reason: 'this id was accepted before with another body; this body is not stored',
      },
    });
    expect((await intake.item(event.event_id))?.['body']?.S).toBe(JSON.stringify(event));
    expect(intake.telemetry.counts).toEqual({ WebhookAccepted: 1, WebhookEventIdReused: 1 });
  });

  test.each(['event_id', 'transaction_type', 'amount', 'timestamp'])(
    '400 without %s',
    async (field) => {
      const event = { ...webhookEvent(), [field]: undefined };
      await expectRefused(event, {
        status: 400,
        body: { error: `Missing required field: ${field}` },
      });
      expect(intake.telemetry.counts).toEqual({ WebhookInvalid: 1 });
    },
  );

  test('400 names the first missing field of several, before fields that are wrong', async () => {
    await expectRefused({}, { status: 400, body: { error: 'Missing required field: event_id' } });
    await expectRefused(
      { event_id: 7, amount: 'x' },
      { status: 400, body: { error: 'Missing required field: transaction_type' } },
    );
  });

  test.each([
    [{ event_id: '' }, 'event_id', 'must NOT have fewer than 1 characters'],
    [{ event_id: 7 }, 'event_id', '(number 7) must be string'],
    [
      { transaction_type: 'chargeback' },
      'transaction_type',
      'must be equal to one of the allowed values',
    ],
    [{ amount: '12.5' }, 'amount', '(string "12.5") must be number'],
    [{ amount: null }, 'amount', '(null) must be number'],
    [{ timestamp: '2026-11-21' }, 'timestamp', 'must be ISO 8601 with seconds and a zone'],
    [{ timestamp: '2026-02-30T00:00:00Z' }, 'timestamp', 'must be a day of the calendar'],
  ])('400 for %j, with the field and the reason', async (change, field, reason) => {
    await expectRefused(webhookEvent(change), {
      status: 400,
      body: {
        error: `Invalid field: ${field}`,
        field,
        reason: expect.stringContaining(reason),
      },
    });
  });

  test.each([
    ['', 'the body is empty'],
    ['event_id=evt_1', 'the body is not JSON'],
    ['{"event_id":"evt_1"', 'the body is not JSON'],
    ['[]', 'must be object'],
    ['null', 'must be object'],
    ['{"event_id":"a","event_id":"b"}', 'the key "event_id" appears twice in one object'],
    ['['.repeat(5_000) + ']'.repeat(5_000), 'the body nests deeper than 32 levels'],
  ])('400 for the body %.40s', async (text, reason) => {
    await expectRefused(text, {
      status: 400,
      body: { error: 'Invalid body', reason: expect.stringContaining(reason) },
    });
  });

  test('413 above 64 KB, in bytes and not in characters', async () => {
    const padded = (bytes: number) => {
      const event = webhookEvent({ note: '' });
      const rest = bytes - JSON.stringify(event).length;
      return JSON.stringify({
        ...event,
        note: 'ö'.repeat(Math.floor(rest / 2)) + 'o'.repeat(rest % 2),
      });
    };
    expect((await intake.post(padded(MAX_WEBHOOK_BYTES))).status).toBe(200);
    intake.invocations.length = 0;
    await expectRefused(padded(MAX_WEBHOOK_BYTES + 1), {
      status: 413,
      body: { error: 'Body too large', reason: '65537 bytes, at most 65536' },
    });
    await expectRefused('x'.repeat(1_000_000), {
      status: 413,
      body: { error: 'Body too large', reason: '1000000 bytes, at most 65536' },
    });
  });

  test('takes a body that the gateway encoded', async () => {
    const event = webhookEvent({ note: 'ö' });
    expect((await intake.post(event, { base64: true })).status).toBe(200);
    expect((await intake.item(event.event_id))?.['body']?.S).toBe(JSON.stringify(event));
  });

  test('keeps unknown fields of the provider, and its numbers as they are written', async () => {
    const event = webhookEvent();
    const text = `{"order":9007199254740991,"fee":1.50,"rate":1E-2,${JSON.stringify(event).slice(1)}`;
    expect((await intake.post(text)).status).toBe(200);
    expect((await intake.item(event.event_id))?.['body']?.S).toBe(text);
  });

  test.each([
    ['"order":9007199254740993', 'order', '(number 9007199254740993) must lie between'],
    ['"customer":{"ids":[7,12345678901234567890]}', 'customer/ids/1', '64-bit id as a string'],
    ['"rate":1e400', 'rate', '(number 1e400) is too large for a double'],
    ['"rate":0.10000000000000000555', 'rate', 'at most 17 significant digits'],
  ])(
    '400 for the number in %s, which readers of JSON would change',
    async (part, field, reason) => {
      await expectRefused(`{${part},${JSON.stringify(webhookEvent()).slice(1)}`, {
        status: 400,
        body: {
          error: `Invalid field: ${field}`,
          field,
          reason: expect.stringContaining(reason),
        },
      });
    },
  );

  test('answers every body with a documented status, and stores only what it answers with 200', async () => {
    const almostValid = fc.record(
      {
        event_id: fc.oneof(fc.uuid(), fc.jsonValue()),
        transaction_type: fc.oneof(fc.constantFrom('payment', 'refund', 'dispute'), fc.jsonValue()),
        amount: fc.oneof(fc.double(), fc.integer(), fc.jsonValue()),
        timestamp: fc.oneof(fc.constant('2026-11-21T09:30:00Z'), fc.jsonValue()),
        extra: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      almostValid.map((event) => JSON.stringify(event)),
      fc.json(),
      fc.string({ unit: 'binary' }),
    );
    let stored = await intake.countItems();
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (text, base64) => {
        const answer = await intake.post(text, { base64 });
        expect([200, 400, 409]).toContain(answer.status);
        expect(answer.body).toHaveProperty(answer.status === 200 ? 'message' : 'error');
        stored += answer.status === 200 ? 1 : 0;
      }),
      { numRuns: sizeOf({ short: 1_000, long: 20_000 }) },
    );
    expect(await intake.countItems()).toBe(stored);
  });
});

describe('accepting is durable', () => {
  test('200 although the router cannot be invoked', async () => {
    const event = webhookEvent();
    let calls = 0;
    intake.mishap = (operation) =>
      ++calls === 2 ? Promise.reject(new Error('Lambda is down')) : operation();
    expect((await intake.post(event)).status).toBe(200);
    expect((await intake.item(event.event_id))?.['state']?.S).toBe('received');
    expect(intake.telemetry.counts).toEqual({ WebhookAccepted: 1, RouterInvokeFailed: 1 });
  });

  test('503 when the event cannot be stored, and the router is not invoked', async () => {
    intake.mishap = () => Promise.reject(new Error('DynamoDB is down'));
    await expectRefused(webhookEvent(), {
      status: 503,
      body: { error: 'Temporarily unavailable, send the request again' },
    });
    expect(intake.telemetry.counts).toEqual({ WebhookUnavailable: 1 });
  });

  test('200 when the request itself stored the event in an attempt whose answer was lost', async () => {
    const event = webhookEvent();
    const requestId = 'the-same-request';
    intake.mishap = async (operation) => {
      await operation();
      return operation();
    };
    expect((await intake.post(event, { requestId })).status).toBe(200);
    expect((await intake.post(event, { requestId: 'another-request' })).status).toBe(409);
  });

  test('409 for a repeat that carries the same client-set request id', async () => {
    const event = webhookEvent();
    const clientRequestId = 'set-by-the-client';
    expect((await intake.post(event, { clientRequestId })).status).toBe(200);
    expect((await intake.post(event, { clientRequestId })).status).toBe(409);
    expect(intake.telemetry.counts).toEqual({ WebhookAccepted: 1, WebhookDuplicate: 1 });
  });

  test('logs no body', async () => {
    await intake.post(webhookEvent({ card: '4242424242424242' }));
    await intake.post(webhookEvent({ card: '4242424242424242', amount: 'x' }));
    expect(intake.telemetry.logged.join('\n')).not.toContain('4242');
  });
});

describe('the authenticity of a webhook', () => {
  const SECRET = 'the-shared-secret-of-today';
  const NEW_SECRET = 'the-shared-secret-of-tomorrow';
  const now = START_MS / 1000;
  let stored: () => Promise<readonly string[]>;

  beforeEach(() => {
    stored = () => Promise.resolve([SECRET]);
    intake.secrets = new SecretCache({
      source: () => stored(),
      now: () => intake.clockMs,
      onStale: () => undefined,
    });
  });

  const signed = (body: string, timestamp = now, secret = SECRET) => ({
    [SIGNATURE_HEADER.toLowerCase()]: signatureHeader(Buffer.from(body), timestamp, [secret]),
  });

  test('200 for a signed body, encoded by the gateway or not', async () => {
    for (const base64 of [false, true]) {
      const body = JSON.stringify(webhookEvent({ note: 'ö' }));
      expect((await intake.post(body, { headers: signed(body), base64 })).status).toBe(200);
    }
  });

  test('401 without, with a wrong and with an old signature; nothing is stored', async () => {
    const body = JSON.stringify(webhookEvent());
    const refusals: [Record<string, string>, string][] = [
      [{}, 'is missing'],
      [signed(`${body} `), 'no v1 fits the body and a secret'],
      [signed(body, now, 'some-other-secret'), 'no v1 fits the body and a secret'],
      [signed(body, now - 301), 'is more than 300 s from the present'],
    ];
    for (const [headers, reason] of refusals) {
      await expectRefused(
        body,
        {
          status: 401,
          body: { error: 'Invalid signature', reason: expect.stringContaining(reason) },
        },
        headers,
      );
    }
    expect(intake.telemetry.counts).toEqual({ WebhookSignatureRefused: 4 });
  });

  test('401 before the body is read: a stranger learns nothing about it', async () => {
    await expectRefused('not json', { status: 401, body: expect.anything() });
  });

  test('409 for a replayed signature', async () => {
    const body = JSON.stringify(webhookEvent());
    await intake.post(body, { headers: signed(body) });
    intake.clockMs += 299_000;
    expect(await intake.post(body, { headers: signed(body) })).toEqual({
      status: 409,
      body: { error: 'Duplicate event' },
    });
  });

  test('a new secret is taken as soon as it is used, the old one until it is removed', async () => {
    const first = JSON.stringify(webhookEvent());
    expect((await intake.post(first, { headers: signed(first) })).status).toBe(200);
    intake.clockMs += 30_000;
    stored = () => Promise.resolve([NEW_SECRET, SECRET]);
    const second = JSON.stringify(webhookEvent());
    expect((await intake.post(second, { headers: signed(second, now, NEW_SECRET) })).status).toBe(
      200,
    );
    const third = JSON.stringify(webhookEvent());
    expect((await intake.post(third, { headers: signed(third) })).status).toBe(200);
    stored = () => Promise.resolve([NEW_SECRET]);
    intake.clockMs += 300_000;
    const fourth = JSON.stringify(webhookEvent());
    expect((await intake.post(fourth, { headers: signed(fourth, now + 300) })).status).toBe(401);
  });

  test('503 while the secrets cannot be read', async () => {
    stored = () => Promise.reject(new Error('Secrets Manager is down'));
    const body = JSON.stringify(webhookEvent());
    await expectRefused(body, { status: 503, body: expect.anything() }, signed(body));
  });
});
