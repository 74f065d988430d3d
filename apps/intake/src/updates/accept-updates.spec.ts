import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { SendMessageBatchCommand, SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { invalidFixtures, validFixtures } from '@leaderboard/contracts/fixtures';
import { createProducer } from '@leaderboard/producer-sdk';
import { documentClient } from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { sizeOf } from '@leaderboard/testing/test-form';
import fc from 'fast-check';
import { CapturedTelemetry } from '../testing/captured-telemetry.ts';
import { httpRequest, readResponse, type RequestOptions, type Response } from '../testing/http.ts';
import { useEngine } from '../testing/use-intake.ts';
import { MAX_UPDATES_BYTES, acceptUpdates } from './accept-updates.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';

/** The queue, in memory: keeps updates, and rejects those of some players. */
class InMemoryQueue {
  readonly updates: LeaderboardUpdate[] = [];
  readonly rejectedPlayers = new Set<string>();

  send(command: SendMessageBatchCommand): Promise<SendMessageBatchCommandOutput> {
    const output: SendMessageBatchCommandOutput = { Successful: [], Failed: [], $metadata: {} };
    for (const { Id = '', MessageBody = '' } of command.input.Entries ?? []) {
      const update = JSON.parse(MessageBody) as LeaderboardUpdate;
      if (this.rejectedPlayers.has(update.player_id)) {
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

const IDEMPOTENCY_TABLE = 'idempotency-keys';
const engine = useEngine();
let queue: InMemoryQueue;
let telemetry: CapturedTelemetry;
let nowMs: number;
let idempotencyKeys: Pick<IdempotencyKeys, 'remember'>;

beforeAll(() => createTables(engine().client, { idempotencyKeys: IDEMPOTENCY_TABLE }));
beforeEach(() => {
  queue = new InMemoryQueue();
  telemetry = new CapturedTelemetry();
  nowMs = Date.now();
  const client = documentClient(engine().client);
  idempotencyKeys = new IdempotencyKeys(client, IDEMPOTENCY_TABLE, 61 * 86_400);
});

async function post(body: unknown, options: RequestOptions = {}): Promise<Response> {
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
  return readResponse(result);
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
const resultsOf = ({ body }: Response) => body['results'] as Record<string, unknown>[];

describe('POST /updates', () => {
  test('202 for one update, with its generated id and time', async () => {
    const response = await post(update());
    const [sent] = queue.updates;
    expect(sent).toMatchObject({ ...update(), update_type: 'score_update', metadata: {} });
    expect(response).toEqual({
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

  test('202 for 100 updates, with one result each in order; the queue keeps the order of each player', async () => {
    const updates = Array.from({ length: 100 }, (_, index) =>
      update({ player_id: `player-${index % 7}`, event_id: `match-${index}`, score: index }),
    );
    const response = await post(updates);
    expect(response.status).toBe(202);
    expect(resultsOf(response).map(({ event_id }) => event_id)).toEqual(
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

  test('207 with the result of each update when only some are accepted', async () => {
    queue.rejectedPlayers.add('bob');
    const response = await post([
      update({ event_id: 'match-1' }),
      update({ score: '12' }),
      update({ player_id: 'bob', event_id: 'match-1' }),
      7,
    ]);
    expect(response.status).toBe(207);
    expect(resultsOf(response)).toEqual([
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
    queue.rejectedPlayers.add('ann');
    expect(await post([update(), update({ score: null })])).toMatchObject({
      status: 503,
      body: { error: expect.any(String), results: [{ status: 'failed' }, { status: 'invalid' }] },
    });
  });

  test.each([
    ['its default filled in', { update_type: 'score_update' }],
    ['empty metadata', { metadata: {} }],
    ['another time', { occurred_at: new Date().toISOString() }],
  ])('an event id repeated with %s is not a conflict', async (_, change) => {
    const first = update({ event_id: 'match-1' });
    const response = await post([
      first,
      { ...first, ...change },
      { ...first, ...change, score: 13 },
    ]);
    expect(resultsOf(response).map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'invalid',
    ]);
  });

  test('an update with a number that a double cannot hold is invalid, the others of its request are not', async () => {
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

  test('an event id repeated with different content is invalid', async () => {
    const first = update({ event_id: 'match-1' });
    const response = await post([
      first,
      { ...first, score: 13 },
      first,
      { ...first, player_id: 'bob' },
    ]);
    expect(response.status).toBe(207);
    expect(resultsOf(response).map(({ status }) => status)).toEqual([
      'accepted',
      'invalid',
      'accepted',
      'accepted',
    ]);
    expect(resultsOf(response)[1]).toMatchObject({
      issues: [{ path: '/event_id', rule: 'eventIdReused' }],
    });
  });

  test('an update is accepted after an invalid one with the same event id', async () => {
    const valid = { player_id: 'ann', game_id: 'chess', event_id: 'm1', score: 12 };
    const response = await post([{ ...valid, score: '12' }, valid]);
    expect(resultsOf(response).map(({ status }) => status)).toEqual(['invalid', 'accepted']);
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

  test('413 above 512 KB; 100 updates of maximum size fit', async () => {
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

  test('returns a documented status for every body', async () => {
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
        const response = await post(text, options);
        expect([202, 207, 400, 422]).toContain(response.status);
      }),
      { numRuns: sizeOf({ short: 500, long: 20_000 }) },
    );
  });
});

describe('the contract at POST /updates', () => {
  test('accepts every valid fixture in an array', async () => {
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
  )('rejects $name at $path by the rule $rule', async ({ update: fixture, path, rule }) => {
    const response = await post(JSON.stringify(Array.isArray(fixture) ? [fixture] : fixture));
    expect(response.status).toBe(400);
    expect(resultsOf(response)[0]).toMatchObject({
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
    const ids = (response: Response) =>
      resultsOf(response).map(({ event_id, occurred_at }) => [event_id, occurred_at]);
    expect(ids(second)).toEqual(ids(first));
    expect(queue.updates.map(({ event_id }) => event_id)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^idem-[0-9a-f]{64}$/), 'match-1']),
    );
    expect(new Set(queue.updates.map(({ event_id }) => event_id)).size).toBe(3);
  });

  test('gives different ids to different keys, callers and positions in the request', async () => {
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

  test('422 for the same key with a different body; nothing is sent', async () => {
    const options = keyed();
    await post(update(), options);
    const response = await post(update({ score: 13 }), options);
    expect(response).toMatchObject({
      status: 422,
      body: { error: 'Idempotency-Key was used with a different body' },
    });
    expect(queue.updates).toHaveLength(1);
    expect(telemetry.counts).toMatchObject({ IdempotencyKeyReused: 1 });
  });

  test('accepts only one body of many concurrent requests with one key', async () => {
    const options = keyed();
    const bodies = [update({ score: 1 }), update({ score: 2 })];
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(bodies[index % 2], options)),
    );
    expect(responses.filter(({ status }) => status === 202)).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 422)).toHaveLength(10);
    expect(new Set(queue.updates.map((sent) => JSON.stringify(sent))).size).toBe(1);
  });

  test('a repeat sends what was not confirmed before', async () => {
    const options = keyed();
    queue.rejectedPlayers.add('ann');
    expect((await post(update(), options)).status).toBe(503);
    queue.rejectedPlayers.clear();
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

  test('is stored with the hash of the body and expires after 61 days', async () => {
    nowMs = Date.parse('2026-11-21T10:00:00Z');
    const options = { ...keyed('key-of-ann'), identity: { apiKeyId: 'ann' } };
    await post(update(), options);
    const Key = { idempotency_key: { S: 'ann#key-of-ann' } };
    const command = new GetItemCommand({ TableName: IDEMPOTENCY_TABLE, Key });
    expect((await engine().client.send(command)).Item).toEqual({
      ...Key,
      body_hash: { S: expect.stringMatching(/^[0-9a-f]{64}$/) },
      received_at: { S: '2026-11-21T10:00:00.000Z' },
      expires_at: { N: String(Date.parse('2027-01-21T10:00:00Z') / 1_000) },
    });
  });

  test('503 when it cannot be stored; nothing is sent', async () => {
    idempotencyKeys = { remember: () => Promise.reject(new Error('DynamoDB is down')) };
    expect((await post(update(), keyed())).status).toBe(503);
    expect(queue.updates).toEqual([]);
  });
});
