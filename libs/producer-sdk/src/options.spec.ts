import { expect, test } from '@jest/globals';
import { FakeSqs } from '../testing/fake-sqs.ts';
import { QUEUE_URL } from '../testing/producer-under-test.ts';
import { VirtualRuntime } from '../testing/virtual-runtime.ts';
import { createProducer, LeaderboardConfigError, type ProducerOptions } from './index.ts';
import { createProducerOn } from './producer.ts';

const client = new FakeSqs(new VirtualRuntime());

test.each([
  ['no queueUrl', {}, 'queueUrl (undefined)'],
  ['a name for a URL', { queueUrl: 'updates.fifo' }, 'queueUrl ("updates.fifo")'],
  ['a standard queue', { queueUrl: 'https://sqs.us-west-1.amazonaws.com/1/updates' }, '.fifo'],
  ['another protocol', { queueUrl: 'ftp://host/1/updates.fifo' }, 'http(s)'],
  ['a negative linger', { queueUrl: QUEUE_URL, lingerMs: -1 }, 'lingerMs (-1)'],
  ['a fraction', { queueUrl: QUEUE_URL, maxAttempts: 1.5 }, 'maxAttempts (1.5)'],
  [
    'a send timeout beyond the deduplication interval',
    { queueUrl: QUEUE_URL, sendTimeoutMs: 300_000 },
    '240000',
  ],
  ['an unknown whenFull', { queueUrl: QUEUE_URL, whenFull: 'drop' }, 'whenFull ("drop")'],
  [
    'a client and a region',
    { queueUrl: QUEUE_URL, client, region: 'us-west-1' },
    'client and region',
  ],
  ['no options', undefined, 'queueUrl'],
  ['an endpoint without a scheme', { queueUrl: QUEUE_URL, endpoint: 'localhost:4566' }, 'endpoint'],
  ['a client that cannot send', { queueUrl: QUEUE_URL, client: {} }, 'send() method'],
  [
    'limits of occurred_at without one of them',
    { queueUrl: QUEUE_URL, occurredAtLimits: { maxFutureMs: 0 } },
    'occurredAtLimits.maxPastMs (undefined)',
  ],
  [
    'limits of occurred_at that are not numbers',
    { queueUrl: QUEUE_URL, occurredAtLimits: { maxFutureMs: '5m', maxPastMs: 1 } },
    'occurredAtLimits.maxFutureMs (5m)',
  ],
  ['the wrong region', { queueUrl: QUEUE_URL, region: 'eu-west-1' }, 'us-west-1'],
])('%s is rejected with a LeaderboardConfigError that names it', (_, options, part) => {
  const make = () => createProducer(options as ProducerOptions);
  expect(make).toThrow(part);
  expect(make).toThrow(expect.objectContaining({ code: 'InvalidOption', update: undefined }));
});

test('an empty region is a missing one', () => {
  expect(() => createProducer({ queueUrl: QUEUE_URL, region: '' })).toThrow(
    expect.objectContaining({ code: 'RegionMissing' }),
  );
});

test.each(['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL'])(
  '%s is checked like the option, and named',
  (variable) => {
    const make = () =>
      createProducerOn({ queueUrl: QUEUE_URL }, new VirtualRuntime(), { [variable]: 'nowhere' });
    expect(make).toThrow(`${variable} ("nowhere") must be an http(s) URL`);
  },
);

test('errors are told apart by their brand, not by their class', () => {
  const fromAnotherCopy = {
    [Symbol.for('@leaderboard/producer-sdk/LeaderboardError')]: true,
    [Symbol.for('@leaderboard/producer-sdk/LeaderboardConfigError')]: true,
  };
  expect(LeaderboardConfigError.isInstance(fromAnotherCopy)).toBe(true);
  expect(LeaderboardConfigError.isInstance(new Error('no'))).toBe(false);
  expect(LeaderboardConfigError.isInstance(undefined)).toBe(false);
});
