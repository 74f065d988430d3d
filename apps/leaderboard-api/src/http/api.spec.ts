import { beforeEach, describe, expect, test } from '@jest/globals';
import { API_METRICS } from '@leaderboard/contracts/metrics';
import fc from 'fast-check';
import { CONTEXT, definition, urlEvent, useApi, type TestApi } from '../testing/test-api.ts';

const createApi = useApi();
let api: TestApi;

beforeEach(async () => {
  api = await createApi([definition(), definition({ id: 'game:{game_id}', scope: 'per_game' })]);
  await api.tables.play([
    { player_id: 'ada', score: 1, occurred_at: '2026-11-21T09:00:00Z', game_id: 'chess' },
  ]);
});

async function send(event: unknown) {
  const { statusCode, body, headers } = await api.handler(event, CONTEXT);
  return { status: statusCode, body: body ?? '', headers };
}

describe('routing', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', ''])(
    'method "%s" gets a 405 in JSON',
    async (method) => {
      const { status, body, headers } = await send(urlEvent('/leaderboards', '', {}, method));
      expect([status, JSON.parse(body)]).toEqual([
        405,
        { error: `Method "${method}" is not allowed. Use GET.` },
      ]);
      expect(headers).toMatchObject({ allow: 'GET, HEAD', 'content-type': 'application/json' });
    },
  );

  test('every response says that it is JSON and nothing else', async () => {
    const etag = (await send(urlEvent('/openapi.json'))).headers?.['etag'];
    const events = [
      urlEvent('/leaderboards/GLOBAL'),
      urlEvent('/openapi.json', '', { 'if-none-match': String(etag) }),
      urlEvent('/leaderboards/GLOBAL', 'limit=0'),
      urlEvent('/nowhere'),
      urlEvent('/leaderboards', '', {}, 'POST'),
    ];
    const responses = await Promise.all(events.map(send));
    expect(responses.map(({ status }) => status)).toEqual([200, 304, 400, 404, 405]);
    for (const { headers } of responses) {
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('HEAD returns the status and headers of GET without a body', async () => {
    const get = await send(urlEvent('/leaderboards/GLOBAL'));
    const head = await send(urlEvent('/leaderboards/GLOBAL', '', {}, 'HEAD'));
    expect(head).toEqual({ ...get, body: '' });
  });

  test.each([
    '/nowhere',
    '/leaderboard',
    '/leaderboards/GLOBAL/players/ada/history',
    '/players/ada',
    '//',
    'x',
  ])('"%s" is not a route', async (path) => {
    const { status, body } = await send(urlEvent(path));
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/^Route "\/.* not found/) });
  });

  test.each([
    '/leaderboards/%',
    '/leaderboards/%ff',
    '/leaderboards/GLOBAL/players/%20',
    '/leaderboards/%20',
  ])('the path "%s" is not valid', async (path) => {
    const { status, body } = await send(urlEvent(path));
    expect([status, JSON.parse(body).error]).toEqual([
      400,
      `Invalid path "${path}". URL-encode each segment in UTF-8 and leave none empty.`,
    ]);
  });

  test('the OpenAPI document is served, with an ETag', async () => {
    const { status, body, headers } = await send(urlEvent('/openapi.json'));
    expect([status, JSON.parse(body)]).toEqual([200, { openapi: '3.1.1' }]);
    expect(headers).toHaveProperty('etag');
  });
});

describe('no input causes a 5xx', () => {
  const words = fc.oneof(
    fc.constantFrom(
      'leaderboards',
      'GLOBAL',
      'game:chess',
      'players',
      'ada',
      'around',
      'snapshots',
      'LATEST',
      'history',
      'openapi.json',
      '..',
      '%2e%2e',
      '%00',
      '%',
      '%E2%82',
      '#',
      '?',
      ':1',
      '@',
      '\\',
      '2026-11-21T09:00:00Z',
      'game:',
      'x'.repeat(2_100),
    ),
    fc.string({ unit: 'binary' }),
  );
  const paths = fc.array(words, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
  const queries = fc
    .array(
      fc.tuple(
        fc.constantFrom('window', 'period', 'limit', 'cursor', 'ids', 'x', '__proto__', ''),
        fc.oneof(
          fc.constantFrom(
            'weekly',
            'all_time',
            '2026-W47',
            '1',
            '1000',
            '-1',
            '1e9',
            'ada,bob',
            '%',
          ),
          fc.string({ unit: 'binary' }),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
      ),
      { maxLength: 3 },
    )
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));
  const headers = fc.dictionary(
    fc.oneof(fc.constantFrom('host', 'if-none-match', 'x-forwarded-proto', 'cookie'), fc.string()),
    fc.string({ unit: 'binary' }),
  );

  async function expectResponse(event: unknown): Promise<void> {
    const { status, body } = await send(event);
    expect([200, 304, 400, 404, 405]).toContain(status);
    if (body !== '') JSON.parse(body);
  }

  test('arbitrary paths, queries and headers', async () => {
    await fc.assert(
      fc.asyncProperty(paths, queries, headers, async (path, query, head) => {
        await expectResponse({ ...urlEvent(path, query, head), body: 'x', cookies: ['a=b'] });
      }),
      { numRuns: 400 },
    );
  });

  test('arbitrary events', async () => {
    await fc.assert(fc.asyncProperty(fc.anything(), expectResponse), { numRuns: 200 });
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            version: fc.anything(),
            rawPath: fc.anything(),
            rawQueryString: fc.anything(),
            headers: fc.anything(),
            requestContext: fc.oneof(
              fc.anything(),
              fc.record({ http: fc.anything() }),
              fc.constant({ http: { method: 'GET' } }),
            ),
            body: fc.anything(),
          },
          { requiredKeys: [] },
        ),
        expectResponse,
      ),
      { numRuns: 200 },
    );
  });
});

describe('failed reads', () => {
  function failWith(error: Error, times = Number.POSITIVE_INFINITY): void {
    let left = times;
    api.client.middlewareStack.add(
      (next) => async (args) => {
        if (left === 0) return next(args);
        left -= 1;
        throw error;
      },
      { step: 'initialize' },
    );
  }

  test('throttling gives 503 with Retry-After', async () => {
    failWith(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    const { status, body, headers } = await api.get('/leaderboards/GLOBAL');
    expect([status, body, headers['retry-after'], headers['cache-control']]).toEqual([
      503,
      { error: 'The leaderboards are temporarily unavailable. Try again.' },
      '1',
      'no-store',
    ]);
    expect(api.metrics.take(API_METRICS.failed)).toBe(1);
  });

  test('any other error gives 500 and reveals nothing', async () => {
    failWith(new Error('User arn:aws:sts::123456789012 is not authorized'));
    const { status, text } = await api.get('/leaderboards/GLOBAL');
    expect(status).toBe(500);
    expect(text).not.toContain('arn:');
  });

  test('unprocessed keys of a batch are requested again', async () => {
    let unread = 3;
    api.client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        if (context.commandName !== 'BatchGetItemCommand' || unread === 0) return result;
        unread -= 1;
        const { RequestItems } = args.input as { RequestItems: object };
        Object.assign(result.output as object, { Responses: {}, UnprocessedKeys: RequestItems });
        return result;
      },
      { step: 'initialize' },
    );
    expect((await api.get('/leaderboards/GLOBAL/players/ada')).body).toMatchObject({ total: 1 });
    unread = 100;
    expect((await api.get('/leaderboards/GLOBAL/players/ada')).status).toBe(503);
  });
});

test('metrics count requests, rejected requests and read units', async () => {
  await api.get('/leaderboards/GLOBAL/players/ada');
  expect(api.metrics.take(API_METRICS.readUnits)).toBeGreaterThanOrEqual(1.5);
  await api.get('/leaderboards/none');
  expect(api.metrics.take(API_METRICS.refused)).toBe(1);
});
