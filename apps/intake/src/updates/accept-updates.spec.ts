import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SendMessageBatchCommand, SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { invalidFixtures, validFixtures } from '@leaderboard/contracts/fixtures';
import { createProducer } from '@leaderboard/producer-sdk';
import fc from 'fast-check';
import { CapturedTelemetry } from '../testing/captured-telemetry.ts';
import {
  IDEMPOTENCY_TABLE,
  startDynamoDbEngine,
  type DynamoDbEngine,
} from '../testing/dynamodb-engine.ts';
import { httpRequest, readAnswer, type Answer, type RequestOptions } from '../testing/http.ts';
import { MAX_UPDATES_BYTES, acceptUpdates } from './accept-updates.ts';
import { DynamoDbIdempotencyKeys } from './dynamodb-idempotency-keys.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import { sizeOf } from '@leaderboard/testing/test-form';

/** SQS as far as the producer sees it: keeps the updates, refuses those of players that it is told to. */
class InMemoryQueue {
  readonly updates: LeaderboardUpdate[] = [];
  readonly refusedPlayers = new Set<string>();

  send(command: SendMessageBatchCommand): Promise<SendMessageBatchCommandOutput> {
    const output: SendMessageBatchCommandOutput = { Successful: [], Failed: [], $metadata: {} };
    for (const { Id = '', MessageBody = '' } of command.input.Entries ?? []) {
      const update = JSON.parse(MessageBody) as LeaderboardUpdate;
      if (this.refusedPlayers.has(update.player_id)) {
        output.Failed?.push({ Id, Code: 'AccessDenied', SenderFault: true });
        continue;
      }
      this.updates.push(update);
      output.Successful?.push({
        Id,
        MessageId: `message-${this.updates.length}`,
        SequenceNumber: String(this.updates.length),
        MD5OfMessageBody: '',
      });
    }
    return Promise.resolve(output);
  }
}

let engine: DynamoDbEngine;
let queue: InMemoryQueue;
let telemetry: CapturedTelemetry;
let nowMs: number;
let idempotencyKeys: IdempotencyKeys;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
});
afterAll(() => engine.stop());
beforeEach(() => {
  queue = new InMemoryQueue();
  telemetry = new CapturedTelemetry();
  nowMs = Date.now();
  idempotencyKeys = new DynamoDbIdempotencyKeys(engine.client, IDEMPOTENCY_TABLE, 61 * 86_400);
});

async function post(body: unknown, options: RequestOptions = {}): Promise<Answer> {
  const producer = createProducer({
    client: queue,
    queueUrl: 'https://sqs.us-west-1.amazonaws.com/000000000000/updates.fifo',
    lingerMs: 0,
  });
  const result = await acceptUpdates(httpRequest(body, options), {
    producer,
    idempotencyKeys,
    now: () => nowMs,
    telemetry,
  });
  await producer.close();
  return readAnswer(result);
}

const update = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  player_id: 'ann',
  game_id: 'chess',
  score: 12,
  ...changes,
});

let nextKey = 1;
const keyed = (key = `key-${nextKey++}`): RequestOptions => ({
  headers: { 'idempotency-key': key },
});
const resultsOf = ({ body }: Answer) => body['results'] as Record<string, unknown>[];

describe('POST /updates', () => {
  test('202 for one update, with the id and the time that it was given', async () => {
    const answer = await post(update());
    const [sent] = queue.updates;
    expect(sent).toMatchObject({ ...update(), update_type: 'score_update', metadata: {} });
    expect(answer).toEqual({
      status: 202,
      body: {
        results: [
          {
            status: 'accepted',
            player_id: 'ann',
            event_id: sent?.event_id,
            occurred_at: sent?.occurred_at,
            message_id: 'message-1',
          },
        ],
      },
    });
    expect(telemetry.counts).toMatchObject({
      UpdateAccepted: 1,
      UpdateInvalid: 0,
      UpdateFailed: 0,
    });
  });

  test('202 for 100 updates, one result each in their order; the order of each player is kept', async () => {
    const updates = Array.from({ length: 100 }, (_, index) =>
      update({ player_id: `player-${index % 7}`, event_id: `match-${index}`, score: index }),
    );
    const answer = await post(updates);
    expect(answer.status).toBe(202);
    expect(resultsOf(answer).map(({ event_id }) => event_id)).toEqual(
      updates.map(({ event_id }) => event_id),
    );
    for (let player = 0; player < 7; player += 1) {
      const scores = queue.updates
        .filter(({ player_id }) => player_id === `player-${player}`)
        .map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => a - b));
    }
    expect(queue.updates).toHaveLength(100);
  });

  test('207 says of each update what became of it', async () => {
    queue.refusedPlayers.add('bob');
    const answer = await post([
      update({ event_id: 'match-1' }),
      update({ score: '12' }),
      update({ player_id: 'bob', event_id: 'match-1' }),
      7,
    ]);
    expect(answer.status).toBe(207);
    expect(resultsOf(answer)).toEqual([
      expect.objectContaining({ status: 'accepted', event_id: 'match-1' }),
      {
        status: 'invalid',
        error: 'Invalid update',
        issues: [
          {
            path: '/score',
            rule: 'type',
            message: '/score (string "12") must be number (rule: type)',
          },
        ],
      },
      {
        status: 'failed',
        error: 'The queue did not confirm the update',
        code: 'AccessDenied',
        event_id: 'match-1',
        update: expect.objectContaining({ player_id: 'bob', event_id: 'match-1', score: 12 }),
      },
      expect.objectContaining({ status: 'invalid' }),
    ]);
    expect(queue.updates).toHaveLength(1);
    expect(telemetry.counts).toMatchObject({
      UpdateAccepted: 1,
      UpdateInvalid: 2,
      UpdateFailed: 1,
    });
  });

  test('400 when no update is valid, 503 when none is confirmed', async () => {
    expect(await post(update({ score: null }))).toMatchObject({
      status: 400,
      body: { error: 'No update is valid', results: [{ status: 'invalid' }] },
    });
    queue.refusedPlayers.add('ann');
    expect(await post([update(), update({ score: null })])).toMatchObject({
      status: 503,
      body: { error: expect.any(String), results: [{ status: 'failed' }, { status: 'invalid' }] },
    });
  });

  test.each([
    ['its default filled in', { update_type: 'score_update' }],
    ['empty metadata', { metadata: {} }],
    ['another time', { occurred_at: new Date().toISOString() }],
  ])('an event id that comes again with %s is a repeat', async (_, change) => {
    const first = update({ event_id: 'match-1' });
    const answer = await post([first, { ...first, ...change }, { ...first, ...change, score: 13 }]);
    expect(resultsOf(answer).map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'invalid',
    ]);
  });

  test('an update with a number that a double does not hold is invalid, the others of its request are not', async () => {
    const text = (metadata: string) =>
      `{"player_id":"ann","game_id":"chess","score":12,"metadata":${metadata}}`;
    const steam = text('{"steam":{"id":76561198000000001}}');
    const issues = [
      {
        path: '/metadata/steam/id',
        rule: 'exactNumber',
        message: expect.stringMatching(
          /^\/metadata\/steam\/id \(number 76561198000000001\) must lie between/,
        ),
      },
    ];
    const many = await post(`[${text('{"a":1}')},${steam},7e999,${text('{"a":2}')}]`);
    expect(many.status).toBe(207);
    expect(resultsOf(many)).toMatchObject([
      { status: 'accepted' },
      { status: 'invalid', issues },
      {
        status: 'invalid',
        issues: [{ path: '', message: expect.stringMatching(/^the value \(number 7e999\)/) }],
      },
      { status: 'accepted' },
    ]);
    expect(queue.updates.map(({ metadata }) => metadata)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await post(steam)).toMatchObject({
      status: 400,
      body: { results: [{ status: 'invalid', issues }] },
    });
  });

  test('an event id that stands twice with different content is invalid', async () => {
    const first = update({ event_id: 'match-1' });
    const answer = await post([
      first,
      { ...first, score: 13 },
      first,
      { ...first, player_id: 'bob' },
    ]);
    expect(answer.status).toBe(207);
    expect(resultsOf(answer).map(({ status }) => status)).toEqual([
      'accepted',
      'invalid',
      'accepted',
      'accepted',
    ]);
    expect(resultsOf(answer)[1]).toMatchObject({
      issues: [{ path: '/event_id', rule: 'eventIdReused' }],
    });
  });

  test('an update is not refused for an invalid one before it with the same event id', async () => {
    const valid = { player_id: 'ann', game_id: 'chess', event_id: 'm1', score: 12 };
    const answer = await post([{ ...valid, score: '12' }, valid]);
    expect(resultsOf(answer).map(({ status }) => status)).toEqual(['invalid', 'accepted']);
  });

  test.each([
    ['', 'the body is empty'],
    ['{', 'the body is not JSON'],
    ['[]', '0 updates, 1 to 100'],
    [JSON.stringify(Array.from({ length: 101 }, () => update())), '101 updates, 1 to 100'],
    ['{"player_id":"ann","score":1,"score":2,"game_id":"chess"}', 'the key "score" appears twice'],
  ])('400 for the body %.30j', async (body, reason) => {
    expect(await post(body)).toEqual({
      status: 400,
      body: { error: 'Invalid body', reason: expect.stringContaining(reason) },
    });
    expect(queue.updates).toEqual([]);
  });

  test('413 above 512 KB; 100 updates at their largest fit', async () => {
    const largest = Array.from({ length: 100 }, (_, index) => ({
      player_id: 'p'.repeat(128),
      event_id: `${index}-`.padEnd(128, 'e'),
      game_id: 'g'.repeat(64),
      score: -123456789.123456,
      update_type: 'u'.repeat(64),
      occurred_at: new Date(nowMs).toISOString(),
      metadata: { note: 'x'.repeat(4_085) },
    }));
    expect((await post(largest)).status).toBe(202);
    expect((await post('x'.repeat(MAX_UPDATES_BYTES + 1))).status).toBe(413);
  });

  test('answers every body with a documented status', async () => {
    const field = <T>(valid: fc.Arbitrary<T>) => fc.oneof(valid, fc.jsonValue());
    const anyUpdate = fc.record(
      {
        player_id: field(fc.constantFrom('ann', 'bob')),
        event_id: field(fc.constantFrom('match-1', 'match-2')),
        game_id: field(fc.constant('chess')),
        score: field(fc.integer()),
        occurred_at: field(fc.constant(new Date(nowMs).toISOString())),
        metadata: field(fc.object()),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      fc.array(anyUpdate, { maxLength: 5 }).map((updates) => JSON.stringify(updates)),
      fc.json(),
      fc.string(),
    );
    const key = fc.option(fc.oneof(fc.uuid(), fc.string()), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(body, key, async (text, idempotencyKey) => {
        const options = idempotencyKey === undefined ? {} : keyed(idempotencyKey);
        const answer = await post(text, options);
        expect([202, 207, 400, 422]).toContain(answer.status);
      }),
      { numRuns: sizeOf({ short: 500, long: 20_000 }) },
    );
  });
});

describe('the contract at POST /updates', () => {
  test('accepts every valid update, nested as deep as can be, in an array', async () => {
    const occurred_at = new Date(nowMs).toISOString();
    const updates = validFixtures().map(({ name, update: fixture }) => ({
      ...fixture,
      event_id: name,
      occurred_at,
    }));
    expect(await post(updates)).toMatchObject({ status: 202 });
  });

  test.each(
    invalidFixtures().filter(
      ({ rule, path }) => !(rule === 'required' && ['/event_id', '/occurred_at'].includes(path)),
    ),
  )('refuses $name at $path by the rule $rule', async ({ update: fixture, path, rule }) => {
    const answer = await post(JSON.stringify(Array.isArray(fixture) ? [fixture] : fixture));
    expect(answer.status).toBe(400);
    expect(resultsOf(answer)[0]).toMatchObject({
      status: 'invalid',
      issues: expect.arrayContaining([expect.objectContaining({ path, rule })]),
    });
  });
});

describe('the Idempotency-Key', () => {
  test('gives every repeat of a request the same ids and times', async () => {
    const options = keyed();
    const body = [update(), update({ event_id: 'match-1' }), update({ player_id: 'bob' })];
    const first = await post(body, options);
    nowMs += 60_000;
    const second = await post(body, options);
    expect(first.status).toBe(202);
    expect(queue.updates.slice(3)).toEqual(queue.updates.slice(0, 3));
    const ids = (answer: Answer) =>
      resultsOf(answer).map(({ event_id, occurred_at }) => [event_id, occurred_at]);
    expect(ids(second)).toEqual(ids(first));
    expect(queue.updates.map(({ event_id }) => event_id)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^idem-[0-9a-f]{64}$/), 'match-1']),
    );
    expect(new Set(queue.updates.map(({ event_id }) => event_id)).size).toBe(3);
  });

  test('keeps apart keys, callers and places in the request', async () => {
    const key = `key-${nextKey++}`;
    const requests: RequestOptions[] = [
      { ...keyed(key), identity: { apiKeyId: 'one' } },
      { ...keyed(key), identity: { apiKeyId: 'two' } },
      { ...keyed(`${key}-other`), identity: { apiKeyId: 'one' } },
    ];
    for (const [index, options] of requests.entries()) {
      const body = [update({ score: index }), update({ score: index })];
      expect((await post(body, options)).status).toBe(202);
    }
    expect(new Set(queue.updates.map(({ event_id }) => event_id)).size).toBe(6);
  });

  test('422 for the same key with another body; nothing is sent', async () => {
    const options = keyed();
    await post(update(), options);
    const answer = await post(update({ score: 13 }), options);
    expect(answer).toMatchObject({
      status: 422,
      body: { error: 'Idempotency-Key was used with another body' },
    });
    expect(queue.updates).toHaveLength(1);
    expect(telemetry.counts).toMatchObject({ IdempotencyKeyReused: 1 });
  });

  test('of many requests at once with one key, those with one body win and are one request', async () => {
    const options = keyed();
    const bodies = [update({ score: 1 }), update({ score: 2 })];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(bodies[index % 2], options)),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(10);
    expect(new Set(queue.updates.map((sent) => JSON.stringify(sent))).size).toBe(1);
  });

  test('sends again what was not confirmed the first time', async () => {
    const options = keyed();
    queue.refusedPlayers.add('ann');
    expect((await post(update(), options)).status).toBe(503);
    queue.refusedPlayers.clear();
    expect((await post(update(), options)).status).toBe(202);
    expect(queue.updates).toHaveLength(1);
  });

  test.each(['', 'with space', 'a,b', 'ö', 'x'.repeat(256)])(
    '400 for the key %.20j',
    async (key) => {
      expect(await post(update(), keyed(key))).toMatchObject({
        status: 400,
        body: { error: 'Invalid header: Idempotency-Key' },
      });
      expect(queue.updates).toEqual([]);
    },
  );

  test('503 when it cannot be stored; nothing is sent', async () => {
    idempotencyKeys = { remember: () => Promise.reject(new Error('DynamoDB is down')) };
    expect((await post(update(), keyed())).status).toBe(503);
    expect(queue.updates).toEqual([]);
  });
});
