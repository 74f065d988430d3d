import { expect, test } from '@jest/globals';
import { ApiClient, type Fetch } from './api-client.ts';
import { ApiError } from './api-error.ts';

const PLACE = { board: 'game:chess', window: 'weekly' };

function clientOf(respond: () => Response | Promise<Response>, timeoutMs = 60_000) {
  const requested: string[] = [];
  const fetch: Fetch = (url, { signal }) => {
    requested.push(url);
    return Promise.race([
      Promise.resolve().then(respond),
      new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => {
          reject(signal.reason as Error);
        }),
      ),
    ]);
  };
  return { requested, client: new ApiClient({ apiUrl: 'https://api.example/', fetch, timeoutMs }) };
}

const json =
  (body: unknown, init: ResponseInit = {}) =>
  () =>
    new Response(JSON.stringify(body), init);

test('every read requests its route', async () => {
  const { client, requested } = clientOf(json({ boards: [], entries: [], buckets: [] }));
  await client.boards();
  await client.leaderboard(PLACE, 100);
  await client.leaderboard(PLACE, 100, 5_123);
  await client.around(PLACE, 'a/b?c', 3);
  await client.history('ada', 50);
  await client.distribution(PLACE, 24, 2);
  expect(requested).toEqual([
    'https://api.example/leaderboards',
    'https://api.example/leaderboards/game:chess?window=weekly&limit=100',
    'https://api.example/leaderboards/game:chess?window=weekly&limit=100&from_rank=5123',
    'https://api.example/leaderboards/game:chess/players/a%2Fb%3Fc/around?limit=3&window=weekly',
    'https://api.example/players/ada/history?limit=50',
    'https://api.example/leaderboards/game:chess/distribution?window=weekly&buckets=24&tails=2',
  ]);
});

test('freshness is that of the headers, also where the browser has the body in its cache', async () => {
  const body = { entries: [], as_of: '2026-11-21T10:00:00.000Z', lag_ms: 9, exact: true };
  const headers = {
    'leaderboard-as-of': '2026-11-21T10:00:05.000Z',
    'leaderboard-lag-ms': '321',
  };
  const { client } = clientOf(json(body, { headers }));
  expect(await client.leaderboard(PLACE, 100)).toEqual({
    ...body,
    as_of: '2026-11-21T10:00:05.000Z',
    lag_ms: 321,
  });
  const { client: older } = clientOf(json(body));
  expect(await older.leaderboard(PLACE, 100)).toEqual(body);
});

test('scores keep digits that a number would lose', async () => {
  const body = '{"entries":[{"score":12345678901234567890.5},{"score":0.1},{"score":1}]}';
  const { client } = clientOf(() => new Response(body));
  const { entries } = await client.leaderboard(PLACE, 100);
  expect(entries.map(({ score }) => score)).toEqual(['12345678901234567890.5', '0.1', '1']);
});

test.each([
  ['NotFound', 'No such board.', json({ error: 'No such board.' }, { status: 404 })],
  ['Rejected', 'Slow down.', json({ error: 'Slow down.' }, { status: 429 })],
  ['Rejected', 'status 502', () => new Response('<html>', { status: 502 })],
  ['Unexpected', 'Check that api_url', () => new Response('<html>')],
  ['Unexpected', 'has no "entries"', json({ other: 1 })],
  ['Unreachable', 'cannot be reached', () => Promise.reject(new TypeError('Failed to fetch'))],
])('a failed read has the code %s and the message "%s"', async (code, message, respond) => {
  const { client } = clientOf(respond);
  const error = await client.leaderboard(PLACE, 100).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).code).toBe(code);
  expect((error as ApiError).message).toContain(message);
});

test('Retry-After is passed on', async () => {
  const busy = json({ error: 'Busy.' }, { status: 503, headers: { 'retry-after': '7' } });
  await expect(clientOf(busy).client.boards()).rejects.toMatchObject({
    retryAfterMs: 7_000,
  });
});

test('a response that does not arrive ends in a timeout', async () => {
  const { client } = clientOf(() => new Promise<Response>(() => undefined), 1);
  await expect(client.boards()).rejects.toMatchObject({ code: 'Timeout' });
});

test('an abort by the caller is not a failure of the API', async () => {
  const { client } = clientOf(() => new Promise<Response>(() => undefined));
  const controller = new AbortController();
  const read = client.boards(controller.signal);
  controller.abort(new Error('newer poll'));
  await expect(read).rejects.toThrow('newer poll');
});
