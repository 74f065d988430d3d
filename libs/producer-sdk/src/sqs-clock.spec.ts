import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { checkOccurredAt, DEFAULT_OCCURRED_AT_LIMITS } from '@leaderboard/contracts';
import { startSqsEndpoint } from '../testing/sqs-endpoint.ts';
import { createProducer, type LeaderboardUpdate } from './index.ts';

const MINUTE_MS = 60_000;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'us-west-1';

test.each([
  ['its own client', -10],
  ['its own client', -60 * 24 * 40],
  ['its own client', 60 * 24 * 40],
  ['a given client', -10],
])('with %s and SQS %d minutes ahead, every time is within the limits', async (kind, minutes) => {
  await using sqs = await startSqsEndpoint({ clockAheadMs: minutes * MINUTE_MS });
  const { queueUrl, endpoint } = sqs;
  const client = new SQSClient({ region, credentials, endpoint, maxAttempts: 1 });
  const producer = createProducer(
    kind === 'its own client' ? { queueUrl, endpoint, region, credentials } : { queueUrl, client },
  );
  const update = { game_id: 'chess', score: 1 };
  const outcomes = await producer.sendLeaderboardUpdates([
    ...Array.from({ length: 30 }, (_, player) => ({ ...update, player_id: `player-${player}` })),
    { ...update, player_id: 'ann', occurred_at: new Date().toISOString() },
  ]);
  await producer.close();
  client.destroy();

  expect(outcomes.slice(0, 30).map(({ status }) => status)).toEqual(Array(30).fill('sent'));
  expect(outcomes[30]).toMatchObject({ error: { code: 'ClockSkew', outcome: 'not_accepted' } });
  const issues = sqs.received.map(({ body, sentTimestamp }) => {
    const { occurred_at } = JSON.parse(body) as LeaderboardUpdate;
    return checkOccurredAt(occurred_at, sentTimestamp, DEFAULT_OCCURRED_AT_LIMITS);
  });
  expect(issues).toEqual(Array(30).fill(undefined));
});

test.each([
  ['AccessDeniedException', 403, 'AccessDenied', 1, 'not_accepted'],
  ['QueueDoesNotExist', 400, 'QueueNotFound', 1, 'not_accepted'],
  ['InvalidClientTokenId', 403, 'InvalidCredentials', 1, 'not_accepted'],
  ['InternalFailure', 500, 'RetriesExhausted', 2, 'unknown'],
])(
  'with SQS 10 minutes behind, %s (%d) means the same as with a correct clock',
  async (errorName, errorStatus, code, attempts, outcome) => {
    await using sqs = await startSqsEndpoint({
      clockAheadMs: -10 * MINUTE_MS,
      errorFor: () => errorName,
      errorStatus,
    });
    const { queueUrl, endpoint } = sqs;
    const limits = { maxAttempts: 2, retryBaseMs: 1 };
    const producer = createProducer({ queueUrl, endpoint, region, credentials, ...limits });
    const update = { player_id: 'ann', game_id: 'chess', score: 1 };
    const outcomes = await producer.sendLeaderboardUpdates([update]);
    await producer.close();
    expect(outcomes).toMatchObject([{ error: { code, attempts, outcome } }]);
  },
);
