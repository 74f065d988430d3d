import { expect, test } from '@jest/globals';
import { producerUnderTest } from '../testing/producer-under-test.ts';
import { ProducerClosedError } from './index.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const update = (player: number, score: number) => ({
  player_id: `player-${player}`,
  game_id: 'chess',
  score,
});

test('an update is completed, and the result has the ids that the queue returned', async () => {
  const { producer, sqs, runtime } = producerUnderTest();
  const sending = producer.sendLeaderboardUpdate(update(1, 0));
  await runtime.run();

  const sent = await sending;
  expect(sent).toEqual({
    update: {
      ...update(1, 0),
      event_id: expect.stringMatching(UUID_V7),
      occurred_at: '2026-11-21T09:30:00.000Z',
      update_type: 'score_update',
      metadata: {},
    },
    message_id: 'message-1',
    sequence_number: '00000000000000000001',
  });
  expect(sqs.bodies).toEqual([sent.update]);
});

test('the group is the player, the deduplication id one per player, event and content', async () => {
  const { producer, sqs, runtime } = producerUnderTest();
  void producer.sendLeaderboardUpdate({ ...update(1, 5), event_id: 'match-9' });
  void producer.sendLeaderboardUpdate({ ...update(2, 5), event_id: 'match-9' });
  void producer.sendLeaderboardUpdate({ ...update(1, 5), event_id: 'match-9' });
  void producer.sendLeaderboardUpdate({ ...update(1, 6), event_id: 'match-9' });
  await runtime.run();

  expect(sqs.accepted.map(({ group }) => group)).toEqual(['player-1', 'player-2', 'player-1']);
  expect(new Set(sqs.accepted.map(({ deduplicationId }) => deduplicationId)).size).toBe(3);
});

test('two genuine, identical scores are two updates', async () => {
  const { producer, sqs, runtime } = producerUnderTest();
  void producer.sendLeaderboardUpdates([update(1, 5), update(1, 5)]);
  await runtime.run();
  expect(sqs.accepted).toHaveLength(2);
});

test('changes to the object after the call are not sent', async () => {
  const { producer, sqs, runtime } = producerUnderTest();
  const mine = { ...update(1, 5), metadata: { weapons: ['bow'] } };
  const sending = producer.sendLeaderboardUpdate(mine);
  mine.score = 9999;
  mine.metadata.weapons.push('cheat');
  await runtime.run();
  expect(sqs.bodies[0]).toMatchObject({ score: 5, metadata: { weapons: ['bow'] } });
  expect((await sending).update).toEqual(sqs.bodies[0]);
});

test('concurrent calls share requests of at most ten players, after the linger', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { lingerMs: 50 });
  void producer.sendLeaderboardUpdates(
    Array.from({ length: 23 }, (_, player) => update(player, 1)),
  );
  await runtime.run(49);
  expect(sqs.requests.map((entries) => entries.length)).toEqual([10, 10]);
  await runtime.run(51);
  expect(sqs.requests.map((entries) => entries.length)).toEqual([10, 10, 3]);
});

test('without linger, calls of one tick still share a request', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { lingerMs: 0 });
  void producer.sendLeaderboardUpdates([update(1, 1), update(2, 1), update(3, 1)]);
  await runtime.run();
  expect(sqs.requests.map((entries) => entries.length)).toEqual([3]);
});

test('at most maxInFlightRequests requests are in flight', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { maxInFlightRequests: 2 });
  void producer.sendLeaderboardUpdates(
    Array.from({ length: 95 }, (_, player) => update(player, 1)),
  );
  await runtime.run();
  expect(sqs.accepted).toHaveLength(95);
  expect(sqs.mostConcurrentRequests).toBe(2);
});

test('one player has one update in flight, whatever its outcome', async () => {
  const failOnce = new Set(['1', '2']);
  const { producer, sqs, runtime } = producerUnderTest({
    entry: ({ MessageBody }) =>
      failOnce.delete(String((JSON.parse(MessageBody ?? '') as { score: number }).score))
        ? 'internal-error'
        : 'accept',
  });
  void producer.sendLeaderboardUpdates([update(1, 1), update(1, 2), update(1, 3), update(2, 4)]);
  await runtime.run();
  const ofPlayer1 = sqs.bodies.filter(({ player_id }) => player_id === 'player-1');
  expect(ofPlayer1.map(({ score }) => score)).toEqual([1, 2, 3]);
  expect(sqs.violations).toEqual([]);
});

test('sendLeaderboardUpdates returns the outcome of each entry, in order', async () => {
  const { producer, runtime } = producerUnderTest({
    entry: ({ MessageGroupId }) => (MessageGroupId === 'player-3' ? 'sender-fault' : 'accept'),
  });
  const sending = producer.sendLeaderboardUpdates([
    update(1, 1),
    { ...update(2, 1), player_id: 'not valid' },
    update(3, 1),
    update(4, 1),
  ]);
  await runtime.run();
  const outcomes = await sending;
  expect(
    outcomes.map((outcome) => (outcome.status === 'sent' ? 'sent' : outcome.error.code)),
  ).toEqual(['sent', 'InvalidUpdate', 'Rejected', 'sent']);
});

test('a call beyond maxBuffered waits for space, and the order is kept', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { maxBuffered: 2, lingerMs: 0 });
  const scores = [1, 2, 3, 4, 5];
  const sending = producer.sendLeaderboardUpdates(scores.map((score) => update(1, score)));
  await runtime.run();
  expect((await sending).map(({ status }) => status)).toEqual(scores.map(() => 'sent'));
  expect(sqs.bodies.map(({ score }) => score)).toEqual(scores);
});

test('with whenFull reject, a call beyond maxBuffered rejects immediately', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { maxBuffered: 1, whenFull: 'reject' });
  const sending = producer.sendLeaderboardUpdates([update(1, 1), update(2, 2)]);
  await runtime.run();
  expect((await sending)[1]).toMatchObject({
    status: 'failed',
    error: { code: 'BufferFull', attempts: 0, outcome: 'not_accepted', update: { score: 2 } },
  });
  expect(sqs.accepted).toHaveLength(1);
});

test('flush does not wait for the linger, and resolves when everything is settled', async () => {
  const { producer, sqs, runtime } = producerUnderTest({ latencyMs: () => 30 }, { lingerMs: 1000 });
  void producer.sendLeaderboardUpdates([update(1, 1), update(1, 2)]);
  let flushedAt = -1;
  void producer.flush().then(() => (flushedAt = runtime.elapsed()));
  await runtime.run();
  expect(sqs.accepted).toHaveLength(2);
  expect(flushedAt).toBe(60);
});

test('close sends earlier updates and rejects later ones with the completed update', async () => {
  const { producer, sqs, runtime } = producerUnderTest({}, { maxBuffered: 1 });
  const before = producer.sendLeaderboardUpdates([update(1, 1), update(1, 2)]);
  const closing = producer.close();
  const late = producer.sendLeaderboardUpdate(update(1, 3)).catch((error: unknown) => error);
  await runtime.run();
  await closing;

  expect((await before).map(({ status }) => status)).toEqual(['sent', 'sent']);
  const error = await late;
  expect(ProducerClosedError.isInstance(error) && error.update).toMatchObject({
    score: 3,
    event_id: expect.any(String),
  });
  expect(sqs.accepted).toHaveLength(2);
  expect(producer.close()).toBe(closing);
});

test('close settles everything at closeTimeoutMs and leaves no timer', async () => {
  const { producer, runtime } = producerUnderTest(
    { request: (request) => (request === 0 ? 'hang' : 'unavailable') },
    { closeTimeoutMs: 200, requestTimeoutMs: 60_000, retryBaseMs: 60_000, retryCapMs: 60_000 },
  );
  const sending = producer.sendLeaderboardUpdates([update(1, 1), update(1, 2)]);
  await runtime.run(50);
  const other = producer.sendLeaderboardUpdates([update(2, 3)]);
  await runtime.run(100);
  await Promise.all([runtime.run(300), producer.close()]);

  const failures = [...(await sending), ...(await other)];
  expect(failures).toMatchObject([
    { status: 'failed', error: { code: 'CloseTimeout', attempts: 1, outcome: 'unknown' } },
    { status: 'failed', error: { code: 'CloseTimeout', attempts: 0, outcome: 'not_accepted' } },
    { status: 'failed', error: { code: 'CloseTimeout', attempts: 1, outcome: 'unknown' } },
  ]);
  expect(runtime.pendingTimers).toBe(0);
});

test('an idle producer has no timer', async () => {
  const { producer, runtime } = producerUnderTest({}, { lingerMs: 1000 });
  void producer.sendLeaderboardUpdates(
    Array.from({ length: 10 }, (_, player) => update(player, 1)),
  );
  await runtime.run(20);
  expect(runtime.pendingTimers).toBe(0);
});
