import { getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { awsError, type RequestFate } from '../testing/fake-sqs.ts';
import { producerUnderTest } from '../testing/producer-under-test.ts';
import { LeaderboardSendError } from './index.ts';

const update = { player_id: 'player-1', game_id: 'chess', score: 5 };
const outcomeOf = (sending: Promise<unknown>) => sending.catch((error: unknown) => error);

test.each<[RequestFate]>([
  ['throttled'],
  ['unavailable'],
  ['reset'],
  ['reset-accepted'],
  ['hang'],
  ['hang-accepted'],
])(
  'a request that ends with "%s" is retried with the same body and deduplication id',
  async (fate) => {
    const { producer, sqs, runtime } = producerUnderTest({
      request: (request) => (request < 2 ? fate : 'respond'),
    });
    const sending = producer.sendLeaderboardUpdate(update);
    await runtime.run();

    expect((await sending).message_id).toBe('message-1');
    const [first, ...retries] = sqs.requests.flat();
    expect(retries).toEqual([first, first]);
    expect(sqs.accepted).toHaveLength(1);
  },
);

test.each(['internal-error', 'throttled', 'lost'] as const)(
  'an entry that ends with "%s" is retried without the others of its batch',
  async (fate) => {
    const { producer, sqs, runtime } = producerUnderTest({
      entry: ({ MessageGroupId }, request) =>
        MessageGroupId === 'player-2' && request === 0 ? fate : 'accept',
    });
    const sending = producer.sendLeaderboardUpdates([update, { ...update, player_id: 'player-2' }]);
    await runtime.run();
    expect((await sending).map(({ status }) => status)).toEqual(['sent', 'sent']);
    const groups = sqs.requests.map((entries) => entries.map((entry) => entry.MessageGroupId));
    expect(groups).toEqual([['player-1', 'player-2'], ['player-2']]);
  },
);

test('updates that fail together are retried together', async () => {
  const { producer, sqs, runtime } = producerUnderTest({
    request: (request) => (request === 0 ? 'throttled' : 'respond'),
  });
  const players = Array.from({ length: 10 }, (_, index) => `player-${index}`);
  void producer.sendLeaderboardUpdates(players.map((player_id) => ({ ...update, player_id })));
  await runtime.run();
  expect(sqs.requests.map((entries) => entries.length)).toEqual([10, 10]);
});

test.each([
  ['AccessDenied', awsError('AccessDenied', 403)],
  ['AccessDenied', awsError('KmsAccessDenied', 400)],
  ['QueueNotFound', awsError('QueueDoesNotExist', 400)],
  ['InvalidCredentials', awsError('InvalidClientTokenId', 403)],
  ['Rejected', awsError('UnsupportedOperation', 400)],
])('%s is not retried', async (code, error) => {
  const { producer, sqs, runtime } = producerUnderTest({ request: () => error });
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update));
  await runtime.run();
  expect(await sending).toMatchObject({ code, attempts: 1, outcome: 'not_accepted', cause: error });
  expect(sqs.requests).toHaveLength(1);
});

test('a corrected clock skew is retried', async () => {
  const skewed = Object.assign(new Error('Signature expired'), {
    name: 'InvalidSignatureException',
    $metadata: { httpStatusCode: 403, clockSkewCorrected: true },
  });
  const { producer, runtime } = producerUnderTest({
    request: (request) => (request === 0 ? skewed : 'respond'),
  });
  const sending = producer.sendLeaderboardUpdate(update);
  await runtime.run();
  expect((await sending).message_id).toBe('message-1');
});

test('a rejection has the completed update, the attempts, the cause, and whether the queue may have it', async () => {
  const { producer, sqs, runtime } = producerUnderTest(
    { request: (request) => (request === 0 ? 'reset-accepted' : 'throttled') },
    { maxAttempts: 3 },
  );
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update));
  await runtime.run();

  const error = await sending;
  if (!LeaderboardSendError.isInstance(error)) throw error;
  expect(error).toMatchObject({ code: 'RetriesExhausted', attempts: 3, outcome: 'unknown' });
  expect(error.cause).toMatchObject({ name: 'RequestThrottled' });
  expect(error.update).toEqual(sqs.bodies[0]);
});

test.each([
  ['ECONNREFUSED', 'not_accepted'],
  ['ENOTFOUND', 'not_accepted'],
  ['ECONNRESET', 'unknown'],
])('after %s alone the outcome is %s', async (code, outcome) => {
  const { producer, runtime } = producerUnderTest(
    { request: () => Object.assign(new Error(code), { code }) },
    { maxAttempts: 2 },
  );
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update));
  await runtime.run();
  expect(await sending).toMatchObject({ code: 'RetriesExhausted', attempts: 2, outcome });
});

test('error.update can be sent again: it is in the queue once', async () => {
  const { producer, sqs, runtime } = producerUnderTest(
    { request: (request) => (request === 0 ? 'reset-accepted' : 'respond') },
    { maxAttempts: 1 },
  );
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update));
  await runtime.run();
  const error = await sending;
  if (!LeaderboardSendError.isInstance(error)) throw error;
  const resending = producer.sendLeaderboardUpdate(error.update);
  await runtime.run();

  expect((await resending).update).toEqual(error.update);
  expect(sqs.requests[1]).toEqual(sqs.requests[0]);
  expect(sqs.accepted).toHaveLength(1);
});

test('no attempt starts after sendTimeoutMs, neither for an update nor for those behind it', async () => {
  const { producer, sqs, runtime } = producerUnderTest(
    { request: () => 'unavailable' },
    { sendTimeoutMs: 1000, maxAttempts: 1000 },
  );
  const sending = producer.sendLeaderboardUpdates([update, update]);
  await runtime.run();
  expect(await sending).toMatchObject([
    { error: { code: 'RetriesExhausted', outcome: 'unknown' } },
    { error: { code: 'RetriesExhausted' } },
  ]);
  expect(runtime.elapsed()).toBeLessThan(1000 + 10);
  expect(sqs.requests.length).toBeGreaterThan(3);
});

test('after a final failure later updates of the player are sent, and the failed one is not', async () => {
  const { producer, sqs, runtime } = producerUnderTest({
    entry: (_, request) => (request === 0 ? 'sender-fault' : 'accept'),
  });
  const sending = producer.sendLeaderboardUpdates([1, 2, 3].map((score) => ({ ...update, score })));
  await runtime.run();
  expect((await sending).map(({ status }) => status)).toEqual(['failed', 'sent', 'sent']);
  expect(sqs.bodies.map(({ score }) => score)).toEqual([2, 3]);
  expect(sqs.requests).toHaveLength(3);
});

test('an abort rejects unsent updates, and not one in flight', async () => {
  const { producer, sqs, runtime } = producerUnderTest(
    { latencyMs: () => 100 },
    { maxBuffered: 2 },
  );
  const controller = new AbortController();
  const sending = producer.sendLeaderboardUpdates(
    [1, 2, 3].map((score) => ({ ...update, score })),
    { signal: controller.signal },
  );
  await runtime.run(50);
  controller.abort(new Error('match cancelled'));
  const later = producer.sendLeaderboardUpdate({ ...update, score: 4 });
  await runtime.run();

  await later;
  expect(await sending).toMatchObject([
    { status: 'sent' },
    { error: { code: 'Aborted', attempts: 0, cause: { message: 'match cancelled' } } },
    { error: { code: 'Aborted', attempts: 0, update: { score: 3 } } },
  ]);
  expect(sqs.bodies.map(({ score }) => score)).toEqual([1, 4]);
});

test('an abort during a request stops the retries, and the outcome is unknown', async () => {
  const { producer, sqs, runtime } = producerUnderTest({ request: () => 'reset-accepted' });
  const controller = new AbortController();
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update, { signal: controller.signal }));
  await runtime.run(10);
  controller.abort();
  await runtime.run();
  expect(await sending).toMatchObject({ code: 'Aborted', attempts: 1, outcome: 'unknown' });
  expect(sqs.requests).toHaveLength(1);
});

test('an abort during backoff ends it and leaves no timer', async () => {
  const { producer, runtime } = producerUnderTest(
    { request: () => 'throttled' },
    { retryBaseMs: 5000 },
  );
  const controller = new AbortController();
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update, { signal: controller.signal }));
  await runtime.run(100);
  expect(runtime.pendingTimers).toBe(1);
  controller.abort();
  expect(await sending).toMatchObject({ code: 'Aborted', attempts: 1, outcome: 'not_accepted' });
  expect(runtime.pendingTimers).toBe(0);
});

test('an abort rejects an update together with the one before it', async () => {
  const { producer, sqs, runtime } = producerUnderTest(
    { request: () => 'throttled' },
    { retryBaseMs: 5000 },
  );
  const controller = new AbortController();
  const sending = producer.sendLeaderboardUpdates([update, update], {
    signal: controller.signal,
  });
  await runtime.run(100);
  controller.abort();
  await runtime.run();
  expect(await sending).toMatchObject([
    { error: { code: 'Aborted', attempts: 1 } },
    { error: { code: 'Aborted', attempts: 0 } },
  ]);
  expect(sqs.requests).toHaveLength(1);
});

test('a signal has one listener for all updates, and none once they are settled', async () => {
  const { producer, runtime } = producerUnderTest();
  const { signal } = new AbortController();
  const updates = Array.from({ length: 20 }, (_, index) => ({ ...update, player_id: `p${index}` }));
  const sending = producer.sendLeaderboardUpdates(updates, { signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await runtime.run();
  await sending;
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a signal that is already aborted sends nothing', async () => {
  const { producer, sqs, runtime } = producerUnderTest();
  const sending = outcomeOf(
    producer.sendLeaderboardUpdate(update, { signal: AbortSignal.abort() }),
  );
  await runtime.run();
  expect(await sending).toMatchObject({ code: 'Aborted', attempts: 0 });
  expect(sqs.requests).toHaveLength(0);
});

test('a client that ignores its abort signal cannot keep an update unsettled', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { maxAttempts: 2 });
  sqs.send = () => new Promise(() => undefined);
  const sending = outcomeOf(producer.sendLeaderboardUpdate(update));
  await runtime.run();
  expect(await sending).toMatchObject({
    code: 'RetriesExhausted',
    attempts: 2,
    outcome: 'unknown',
  });
});
