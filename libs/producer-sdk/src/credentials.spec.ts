import { describe, expect, test } from '@jest/globals';
import { awsError } from '../testing/fake-sqs.ts';
import { producerUnderTest } from '../testing/producer-under-test.ts';
import { startSqsEndpoint, type SqsEndpoint } from '../testing/sqs-endpoint.ts';
import { VirtualRuntime } from '../testing/virtual-runtime.ts';
import { createProducer, type OwnClientOptions, type SendOutcome } from './index.ts';
import { createProducerOn } from './producer.ts';

const players = Array.from({ length: 12 }, (_, player) => ({
  player_id: `player-${player}`,
  game_id: 'chess',
  score: 1,
}));
const metadataServiceError = Object.assign(
  new Error('Error response received from instance metadata service'),
  { name: 'CredentialsProviderError', tryNextLink: true },
);
const codeOf = (outcome: SendOutcome) => (outcome.status === 'sent' ? 'sent' : outcome.error.code);

describe('a client that the caller passes in', () => {
  test.each([
    ['no credentials', metadataServiceError],
    ['an expired token', awsError('ExpiredTokenException', 403)],
    ['an expired token, by its older name', awsError('ExpiredToken', 403)],
  ])('%s is retried, and every buffered update is sent', async (_, error) => {
    const { producer, sqs, runtime } = producerUnderTest({
      request: (request) => (request < 4 ? error : 'respond'),
    });
    const sending = producer.sendLeaderboardUpdates([...players, ...players]);
    await runtime.run();
    expect((await sending).map(codeOf)).toEqual(Array(24).fill('sent'));
    expect(sqs.accepted).toHaveLength(24);
  });

  test.each([
    ['CredentialsUnavailable', metadataServiceError, 0],
    ['InvalidCredentials', awsError('ExpiredToken', 403), expect.any(Number)],
  ])(
    'after sendTimeoutMs every update, those behind others included, rejects with %s',
    async (code, error, attempts) => {
      const { producer, runtime } = producerUnderTest(
        { request: () => error },
        { maxAttempts: 1000 },
      );
      const sending = producer.sendLeaderboardUpdates([...players, ...players]);
      await runtime.run();
      const outcomes = await sending;
      expect(outcomes.map(codeOf)).toEqual(Array(24).fill(code));
      expect(outcomes[0]).toMatchObject({
        error: {
          attempts,
          outcome: 'not_accepted',
          cause: error,
          message: expect.stringContaining(error.message),
        },
      });
      expect(runtime.elapsed()).toBeGreaterThan(50_000);
    },
  );

  test('missing credentials do not count as an attempt', async () => {
    const { producer, runtime } = producerUnderTest(
      { request: (request) => (request < 5 ? metadataServiceError : 'respond') },
      { maxAttempts: 1 },
    );
    const sending = producer.sendLeaderboardUpdates(players.slice(0, 1));
    await runtime.run();
    expect((await sending).map(codeOf)).toEqual(['sent']);
  });
});

describe('a client that the producer creates', () => {
  const good = { accessKeyId: 'good', secretAccessKey: 'secret' };

  /** Sends twelve updates with these options. */
  async function send(sqs: SqsEndpoint, options: Partial<OwnClientOptions>) {
    const { endpoint, queueUrl } = sqs;
    const producer = createProducer({
      queueUrl,
      endpoint,
      region: 'us-west-1',
      retryBaseMs: 1,
      ...options,
    });
    const outcomes = await producer.sendLeaderboardUpdates(players);
    await producer.close();
    return outcomes;
  }

  test('a failing credential provider is called again, whatever the name of its error', async () => {
    await using sqs = await startSqsEndpoint();
    const failures = [
      metadataServiceError,
      awsError('AccessDenied', 403), // STS, asked to assume a role
      Object.assign(new Error('connect'), { code: 'ECONNRESET' }),
      new Error('The vault is sealed'),
    ];
    const outcomes = await send(sqs, {
      credentials: () => {
        const failure = failures.shift();
        return failure === undefined ? Promise.resolve(good) : Promise.reject(failure);
      },
    });
    expect(outcomes.map(codeOf)).toEqual(players.map(() => 'sent'));
    expect(sqs.received).toHaveLength(12);
  });

  /** Sends twelve updates on a virtual clock. */
  function sendLater(sqs: SqsEndpoint, credentials: OwnClientOptions['credentials']) {
    const { endpoint, queueUrl } = sqs;
    const runtime = new VirtualRuntime();
    const options = { queueUrl, endpoint, region: 'us-west-1', credentials };
    const producer = createProducerOn(options, runtime, {});
    return { producer, runtime, sending: producer.sendLeaderboardUpdates(players) };
  }

  test('the error of a provider that never returns credentials is in the rejection, and nothing was sent', async () => {
    await using sqs = await startSqsEndpoint();
    const { runtime, sending } = sendLater(sqs, () =>
      Promise.reject(new Error('The vault is sealed')),
    );
    await runtime.run();
    const outcomes = await sending;
    expect(outcomes.map(codeOf)).toEqual(players.map(() => 'CredentialsUnavailable'));
    expect(outcomes[0]).toMatchObject({
      error: {
        message: expect.stringContaining('could not load AWS credentials: The vault is sealed'),
        outcome: 'not_accepted',
      },
    });
    expect(sqs.accessKeyIds).toEqual([]);
  });

  test('a provider slower than requestTimeoutMs is awaited, and called once', async () => {
    await using sqs = await startSqsEndpoint();
    const { promise, resolve } = Promise.withResolvers<typeof good>();
    let asked = 0;
    const { runtime, sending } = sendLater(sqs, () => {
      asked += 1;
      return promise;
    });
    await runtime.run(12_000);
    resolve(good);
    expect((await sending).map(codeOf)).toEqual(players.map(() => 'sent'));
    expect(asked).toBe(1);
  });

  test('a provider slower than sendTimeoutMs rejects every update, and nothing was sent', async () => {
    await using sqs = await startSqsEndpoint();
    const { producer, runtime, sending } = sendLater(sqs, () => new Promise(() => undefined));
    const followers = producer.sendLeaderboardUpdates(players);
    await runtime.run();
    const error = { code: 'CredentialsUnavailable', attempts: 0, outcome: 'not_accepted' };
    expect(await sending).toMatchObject(players.map(() => ({ error })));
    expect(await followers).toMatchObject(players.map(() => ({ error })));
  });

  test('after an expired token the provider is asked for new credentials', async () => {
    await using sqs = await startSqsEndpoint({
      errorFor: (id) => (id === 'old' ? 'ExpiredTokenException' : undefined),
    });
    const inAnHour = new Date(Date.now() + 3_600_000);
    const ids = ['old'];
    const outcomes = await send(sqs, {
      credentials: () =>
        Promise.resolve({
          ...good,
          accessKeyId: ids.shift() ?? 'new',
          sessionToken: 'token',
          expiration: inAnHour,
        }),
    });
    expect(outcomes.map(codeOf)).toEqual(players.map(() => 'sent'));
    expect(sqs.accessKeyIds.at(0)).toBe('old');
    expect(sqs.accessKeyIds.at(-1)).toBe('new');
  });

  test.each([
    ['wrong ones', 'InvalidClientTokenId', 'InvalidCredentials'],
    ['ones that may not send', 'AccessDeniedException', 'AccessDenied'],
  ])('%s are not retried', async (_, errorName, code) => {
    await using sqs = await startSqsEndpoint({ errorFor: () => errorName });
    const outcomes = await send(sqs, { credentials: good });
    expect(outcomes.map(codeOf)).toEqual(players.map(() => code));
    expect(sqs.accessKeyIds).toHaveLength(2);
  });
});
