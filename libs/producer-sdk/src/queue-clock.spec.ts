import { expect, test } from '@jest/globals';
import { checkOccurredAt, DEFAULT_OCCURRED_AT_LIMITS } from '@leaderboard/contracts';
import type { FakeSqs, RequestFate } from '../testing/fake-sqs.ts';
import { producerUnderTest } from '../testing/producer-under-test.ts';

const MINUTE_MS = 60_000;
const update = (player: number) => ({ player_id: `player-${player}`, game_id: 'chess', score: 1 });
const players = (count: number) => Array.from({ length: count }, (_, player) => update(player));
const timeOf = (ms: number) => new Date(ms).toISOString();
const outcomeOf = (sending: Promise<unknown>) => sending.catch((error: unknown) => error);

/** A producer on a host whose clock is off; the queue's responses show by how much. */
function onHostAhead(aheadMs: number, request: (request: number) => RequestFate = () => 'respond') {
  const under = producerUnderTest({ measuresClockOffset: true, request });
  under.runtime.aheadMs = aheadMs;
  return under;
}

/** The issues that the processor finds with the times of the messages. */
function processorIssues(sqs: FakeSqs) {
  return sqs.accepted.flatMap(({ sentTimestamp }, index) => {
    const { occurred_at } = sqs.bodies[index] ?? { occurred_at: '' };
    return checkOccurredAt(occurred_at, sentTimestamp, DEFAULT_OCCURRED_AT_LIMITS) ?? [];
  });
}

test.each([-60 * 24 * 365, -10, -2, 0, 2, 4, 6, 10, 14, 60 * 24 * 365])(
  'with a clock %d minutes ahead, the processor accepts every update that is reported as sent',
  async (minutes) => {
    const { producer, sqs, runtime } = onHostAhead(minutes * MINUTE_MS);
    const first = producer.sendLeaderboardUpdates(players(25));
    await runtime.run();
    const second = producer.sendLeaderboardUpdates(players(25));
    await runtime.run();

    const outcomes = [...(await first), ...(await second)];
    expect(outcomes.map(({ status }) => status)).toEqual(Array(50).fill('sent'));
    expect(sqs.accepted).toHaveLength(50);
    expect(processorIssues(sqs)).toEqual([]);
  },
);

test('a wrong clock is corrected to the time of the call, in the message and in the result', async () => {
  const { producer, sqs, runtime } = onHostAhead(10 * MINUTE_MS);
  const first = producer.sendLeaderboardUpdate(update(1));
  await runtime.run(5000);
  const second = producer.sendLeaderboardUpdate(update(1));
  await runtime.run();
  expect((await first).update.occurred_at).toBe(timeOf(runtime.startedAt));
  expect((await second).update.occurred_at).toBe(timeOf(runtime.startedAt + 5000));
  expect(sqs.bodies).toEqual([(await first).update, (await second).update]);
});

test('a clock that is off by seconds is not corrected, so that times do not jump with each response', async () => {
  const { producer, runtime } = onHostAhead(20_000);
  const first = producer.sendLeaderboardUpdate(update(1));
  await runtime.run(5000);
  const second = producer.sendLeaderboardUpdate(update(1));
  await runtime.run();
  expect((await first).update.occurred_at).toBe(timeOf(runtime.startedAt + 20_000));
  expect((await second).update.occurred_at).toBe(timeOf(runtime.startedAt + 25_000));
});

test('the clock is requested once, however many requests wait for it', async () => {
  const { producer, sqs, runtime } = onHostAhead(0);
  void producer.sendLeaderboardUpdates(players(80));
  await runtime.run();
  void producer.sendLeaderboardUpdates(players(80));
  await runtime.run();
  expect(sqs.probes).toBe(1);
});

test('after the clock jumps, it is requested again before the next update is sent', async () => {
  const { producer, sqs, runtime } = onHostAhead(0);
  void producer.sendLeaderboardUpdates(players(3));
  await runtime.run();
  for (const aheadMs of [10 * MINUTE_MS, 0]) {
    runtime.aheadMs = aheadMs;
    void producer.sendLeaderboardUpdates(players(3));
    await runtime.run();
  }
  expect(sqs.probes).toBe(3);
  expect(sqs.accepted).toHaveLength(9);
  expect(processorIssues(sqs)).toEqual([]);
});

test('retries have the same time', async () => {
  const fates: RequestFate[] = ['hang-accepted', 'reset', 'throttled'];
  const { producer, sqs, runtime } = onHostAhead(10 * MINUTE_MS, (n) => fates[n] ?? 'respond');
  const sending = producer.sendLeaderboardUpdate(update(1));
  await runtime.run();
  await sending;
  const [first, ...retries] = sqs.requests.flat();
  expect(retries).toEqual([first, first, first]);
});

test.each([
  ['before the clock is known', 0],
  ['when the clock is known', 1],
])(
  'a retry has the same time although the host was suspended, for a call %s',
  async (_, sentBefore) => {
    const { producer, sqs, runtime } = onHostAhead(10 * MINUTE_MS, (n) =>
      n === sentBefore ? 'hang-accepted' : 'respond',
    );
    void producer.sendLeaderboardUpdates(players(sentBefore));
    await runtime.run();
    const sending = producer.sendLeaderboardUpdate(update(7));
    await runtime.run(runtime.elapsed() + 1000);
    runtime.suspend(20 * MINUTE_MS);
    await runtime.run();

    const [first, ...retries] = sqs.requests.flat().slice(sentBefore);
    expect(retries).toEqual([first]);
    expect(first?.MessageBody).toBe(JSON.stringify((await sending).update));
  },
);

test('an occurred_at from a clock that is ahead rejects with a code and the difference, and other updates are sent', async () => {
  const { producer, sqs, runtime } = onHostAhead(10 * MINUTE_MS);
  const given = { ...update(1), occurred_at: timeOf(runtime.now()) };
  const sending = producer.sendLeaderboardUpdates([given, update(2)]);
  await runtime.run();
  const later = outcomeOf(producer.sendLeaderboardUpdate(given));
  await runtime.run();

  const skewed = {
    code: 'ClockSkew',
    message: expect.stringContaining("this host's clock is 600 s ahead of the queue's"),
    outcome: 'not_accepted',
    attempts: 0,
    update: expect.objectContaining({ occurred_at: given.occurred_at }),
  };
  expect(await sending).toMatchObject([{ error: skewed }, { status: 'sent' }]);
  expect(await later).toMatchObject(skewed);
  expect(sqs.bodies.map(({ player_id }) => player_id)).toEqual(['player-2']);
});

test('a correct occurred_at is sent from a host whose clock is years behind', async () => {
  const { producer, sqs, runtime } = onHostAhead(-5 * 365 * 24 * 60 * MINUTE_MS);
  const occurred_at = timeOf(runtime.trueNow() - 1000);
  const sending = producer.sendLeaderboardUpdate({ ...update(1), occurred_at });
  await runtime.run();
  expect((await sending).update.occurred_at).toBe(occurred_at);
  expect(processorIssues(sqs)).toEqual([]);
});

test.each([
  ['in the future', 6 * MINUTE_MS],
  ['in the past', -36 * 24 * 60 * MINUTE_MS],
])('an occurred_at too far %s by any clock is an invalid update', async (_, differenceMs) => {
  const { producer, sqs, runtime } = onHostAhead(0);
  const given = { ...update(1), occurred_at: timeOf(runtime.trueNow() + differenceMs) };
  const unknownYet = outcomeOf(producer.sendLeaderboardUpdate(given));
  await runtime.run();
  const known = outcomeOf(producer.sendLeaderboardUpdate(given));
  await runtime.run();
  const invalid = { code: 'InvalidUpdate', issues: [{ path: '/occurred_at', rule: 'occurredAt' }] };
  expect(await unknownYet).toMatchObject(invalid);
  expect(await known).toMatchObject(invalid);
  expect(sqs.accepted).toHaveLength(0);
});

test('without a clock offset the host clock is trusted, and no clock request is sent', async () => {
  const { producer, sqs, runtime } = producerUnderTest();
  const occurred_at = timeOf(runtime.now() + 6 * MINUTE_MS);
  const rejected = outcomeOf(producer.sendLeaderboardUpdate({ ...update(1), occurred_at }));
  void producer.sendLeaderboardUpdate(update(1));
  await runtime.run();
  expect(await rejected).toMatchObject({ code: 'InvalidUpdate' });
  expect(sqs.probes).toBe(0);
});
