import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { sizeOf } from '@leaderboard/testing/test-form';
import fc from 'fast-check';
import { MAX_WEBHOOK_BYTES } from '../events/webhook-body.ts';
import { START_MS, webhookEvent } from '../testing/test-intake.ts';
import { useIntake } from '../testing/use-intake.ts';
import { SecretCache } from './secret-cache.ts';
import { SIGNATURE_HEADER, signatureHeader } from './signature.ts';

const intake = useIntake();

/** The request gets this response, and nothing is stored. */
async function expectRejection(
  body: unknown,
  expected: { status: number; body: unknown },
  headers: Record<string, string> = {},
): Promise<void> {
  const before = await intake().countEvents();
  expect(await intake().post(body, { headers })).toEqual(expected);
  expect(await intake().countEvents()).toBe(before);
  expect(intake().invocations).toEqual([]);
}

describe('POST /webhook', () => {
  test.each(['payment', 'refund', 'dispute'])(
    '200 for a new %s, which is stored and sent to the router',
    async (type) => {
      const event = webhookEvent({ transaction_type: type });
      expect(await intake().post(event, { requestId: 'request-of-the-event' })).toEqual({
        status: 200,
        body: { message: 'Event validated and queued for processing', event_id: event.event_id },
      });
      const shard = (createHash('sha256').update(event.event_id).digest()[0] ?? 0) % 4;
      expect(await intake().item(event.event_id)).toEqual({
        event_id: { S: event.event_id },
        state: { S: 'received' },
        unrouted: { S: `${type}#${shard}` },
        transaction_type: { S: type },
        body: { S: JSON.stringify(event) },
        body_hash: { S: expect.stringMatching(/^[0-9a-f]{64}$/) },
        received_at: { S: '2026-11-21T10:00:00.000Z' },
        request_id: { S: 'request-of-the-event' },
      });
      expect(intake().invocations).toEqual([
        { event_id: event.event_id, body: JSON.stringify(event) },
      ]);
      expect(intake().telemetry.counts).toEqual({ WebhookAccepted: 1 });
    },
  );

  test('an event that is not routed yet does not expire', async () => {
    const event = webhookEvent();
    await intake().post(event);
    expect(await intake().item(event.event_id)).not.toHaveProperty('expires_at');
  });

  test('409 for the same event again, however its JSON is written', async () => {
    const event = webhookEvent();
    await intake().post(event);
    const { timestamp, ...rest } = event;
    for (const again of [event, JSON.stringify(event, null, 2), { timestamp, ...rest }]) {
      expect(await intake().post(again)).toEqual({
        status: 409,
        body: { error: 'Duplicate event' },
      });
    }
    expect(intake().invocations).toHaveLength(1);
    expect(intake().telemetry.counts).toEqual({ WebhookAccepted: 1, WebhookDuplicate: 3 });
  });

  test('409 and a metric for the same id with a different body, which is not stored', async () => {
    const event = webhookEvent();
    await intake().post(event);
    expect(await intake().post({ ...event, amount: 13 })).toEqual({
      status: 409,
      body: {
        error: 'Duplicate event',
        field: 'event_id',
        reason:
          'an event with this id and a different body was accepted before; this body is not stored',
      },
    });
    expect((await intake().item(event.event_id))?.['body']?.S).toBe(JSON.stringify(event));
    expect(intake().telemetry.counts).toEqual({ WebhookAccepted: 1, WebhookEventIdReused: 1 });
  });

  test.each(['event_id', 'transaction_type', 'amount', 'timestamp'])(
    '400 without %s',
    async (field) => {
      const event = { ...webhookEvent(), [field]: undefined };
      await expectRejection(event, {
        status: 400,
        body: { error: `Missing required field: ${field}` },
      });
      expect(intake().telemetry.counts).toEqual({ WebhookInvalid: 1 });
    },
  );

  test('400 names the first missing field, before invalid ones', async () => {
    await expectRejection({}, { status: 400, body: { error: 'Missing required field: event_id' } });
    await expectRejection(
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
    await expectRejection(webhookEvent(change), {
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
    await expectRejection(text, {
      status: 400,
      body: { error: 'Invalid body', reason: expect.stringContaining(reason) },
    });
  });

  test('413 above 64 KB, counted in bytes', async () => {
    const padded = (bytes: number) => {
      const event = webhookEvent({ note: '' });
      const rest = bytes - JSON.stringify(event).length;
      return JSON.stringify({
        ...event,
        note: 'ö'.repeat(Math.floor(rest / 2)) + 'o'.repeat(rest % 2),
      });
    };
    expect((await intake().post(padded(MAX_WEBHOOK_BYTES))).status).toBe(200);
    intake().invocations.length = 0;
    await expectRejection(padded(MAX_WEBHOOK_BYTES + 1), {
      status: 413,
      body: { error: 'Body too large', reason: '65537 bytes, at most 65536' },
    });
    await expectRejection('x'.repeat(1_000_000), {
      status: 413,
      body: { error: 'Body too large', reason: '1000000 bytes, at most 65536' },
    });
  });

  test('accepts a body in Base64', async () => {
    const event = webhookEvent({ note: 'ö' });
    expect((await intake().post(event, { base64: true })).status).toBe(200);
    expect((await intake().item(event.event_id))?.['body']?.S).toBe(JSON.stringify(event));
  });

  test('stores unknown fields, and numbers as they are written', async () => {
    const event = webhookEvent();
    const text = `{"order":9007199254740991,"fee":1.50,"rate":1E-2,${JSON.stringify(event).slice(1)}`;
    expect((await intake().post(text)).status).toBe(200);
    expect((await intake().item(event.event_id))?.['body']?.S).toBe(text);
  });

  test.each([
    ['"order":9007199254740993', 'order', '(number 9007199254740993) must lie between'],
    ['"customer":{"ids":[7,12345678901234567890]}', 'customer/ids/1', '64-bit id as a string'],
    ['"rate":1e400', 'rate', '(number 1e400) is too large for a double'],
    ['"rate":0.10000000000000000555', 'rate', 'at most 17 significant digits'],
  ])('400 for the number in %s, which JSON parsers would change', async (part, field, reason) => {
    await expectRejection(`{${part},${JSON.stringify(webhookEvent()).slice(1)}`, {
      status: 400,
      body: {
        error: `Invalid field: ${field}`,
        field,
        reason: expect.stringContaining(reason),
      },
    });
  });

  test('returns a documented status for every body, and stores only those with 200', async () => {
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
    let stored = await intake().countEvents();
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (text, base64) => {
        const response = await intake().post(text, { base64 });
        expect([200, 400, 409]).toContain(response.status);
        expect(response.body).toHaveProperty(response.status === 200 ? 'message' : 'error');
        stored += response.status === 200 ? 1 : 0;
      }),
      { numRuns: sizeOf({ short: 1_000, long: 20_000 }) },
    );
    expect(await intake().countEvents()).toBe(stored);
  });
});

describe('an accepted event', () => {
  test('gets 200 even if the router cannot be invoked', async () => {
    const event = webhookEvent();
    let calls = 0;
    intake().mishap = (operation) =>
      ++calls === 2 ? Promise.reject(new Error('Lambda is down')) : operation();
    expect((await intake().post(event)).status).toBe(200);
    expect((await intake().item(event.event_id))?.['state']?.S).toBe('received');
    expect(intake().telemetry.counts).toEqual({ WebhookAccepted: 1, RouterInvokeFailed: 1 });
  });

  test('is stored before the router is invoked; otherwise the response is 503', async () => {
    intake().mishap = () => Promise.reject(new Error('DynamoDB is down'));
    await expectRejection(webhookEvent(), {
      status: 503,
      body: { error: 'Temporarily unavailable, send the request again' },
    });
    expect(intake().telemetry.counts).toEqual({ WebhookUnavailable: 1 });
  });

  test('gets 200 when an earlier attempt of the same request stored it and lost the response', async () => {
    const event = webhookEvent();
    const requestId = 'the-same-request';
    intake().mishap = async (operation) => {
      await operation();
      return operation();
    };
    expect((await intake().post(event, { requestId })).status).toBe(200);
    expect((await intake().post(event, { requestId: 'another-request' })).status).toBe(409);
  });

  test('gets 409 on a repeat with the same client-set request id', async () => {
    const event = webhookEvent();
    const clientRequestId = 'set-by-the-client';
    expect((await intake().post(event, { clientRequestId })).status).toBe(200);
    expect((await intake().post(event, { clientRequestId })).status).toBe(409);
    expect(intake().telemetry.counts).toEqual({ WebhookAccepted: 1, WebhookDuplicate: 1 });
  });

  test('does not appear in logs with its body', async () => {
    await intake().post(webhookEvent({ card: '4242424242424242' }));
    await intake().post(webhookEvent({ card: '4242424242424242', amount: 'x' }));
    expect(intake().telemetry.logs).not.toContain('4242');
  });
});

describe('the signature of a webhook', () => {
  const SECRET = 'the-shared-secret-of-today';
  const NEW_SECRET = 'the-shared-secret-of-tomorrow';
  const now = START_MS / 1000;
  let stored: () => Promise<readonly string[]>;

  beforeEach(() => {
    stored = () => Promise.resolve([SECRET]);
    intake().secrets = new SecretCache({
      source: () => stored(),
      now: () => intake().clockMs,
      onStale: () => undefined,
    });
  });

  const signed = (body: string, timestamp = now, secret = SECRET) => ({
    [SIGNATURE_HEADER.toLowerCase()]: signatureHeader(Buffer.from(body), timestamp, [secret]),
  });

  test('200 for a signed body, in Base64 or not', async () => {
    for (const base64 of [false, true]) {
      const body = JSON.stringify(webhookEvent({ note: 'ö' }));
      expect((await intake().post(body, { headers: signed(body), base64 })).status).toBe(200);
    }
  });

  test('401 for a missing, wrong or old signature; nothing is stored', async () => {
    const body = JSON.stringify(webhookEvent());
    const rejections: [Record<string, string>, string][] = [
      [{}, 'is missing'],
      [signed(`${body} `), 'no v1 matches the body and a secret'],
      [signed(body, now, 'some-other-secret'), 'no v1 matches the body and a secret'],
      [signed(body, now - 301), 'differs from the current time by more than 300 s'],
    ];
    for (const [headers, reason] of rejections) {
      await expectRejection(
        body,
        {
          status: 401,
          body: { error: 'Invalid signature', reason: expect.stringContaining(reason) },
        },
        headers,
      );
    }
    expect(intake().telemetry.counts).toEqual({ WebhookSignatureRefused: 4 });
  });

  test('401 before the body is parsed, so that unsigned requests learn nothing about it', async () => {
    await expectRejection('not json', { status: 401, body: expect.anything() });
  });

  test('409 for a replayed signature', async () => {
    const body = JSON.stringify(webhookEvent());
    await intake().post(body, { headers: signed(body) });
    intake().clockMs += 299_000;
    expect(await intake().post(body, { headers: signed(body) })).toEqual({
      status: 409,
      body: { error: 'Duplicate event' },
    });
  });

  test('a new secret is accepted from its first use, the old one until it is removed', async () => {
    const first = JSON.stringify(webhookEvent());
    expect((await intake().post(first, { headers: signed(first) })).status).toBe(200);
    intake().clockMs += 30_000;
    stored = () => Promise.resolve([NEW_SECRET, SECRET]);
    const second = JSON.stringify(webhookEvent());
    expect((await intake().post(second, { headers: signed(second, now, NEW_SECRET) })).status).toBe(
      200,
    );
    const third = JSON.stringify(webhookEvent());
    expect((await intake().post(third, { headers: signed(third) })).status).toBe(200);
    stored = () => Promise.resolve([NEW_SECRET]);
    intake().clockMs += 300_000;
    const fourth = JSON.stringify(webhookEvent());
    expect((await intake().post(fourth, { headers: signed(fourth, now + 300) })).status).toBe(401);
  });

  test('503 while the secrets cannot be read', async () => {
    stored = () => Promise.reject(new Error('Secrets Manager is down'));
    const body = JSON.stringify(webhookEvent());
    await expectRejection(body, { status: 503, body: expect.anything() }, signed(body));
  });
});
