import { isDeepStrictEqual } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { eventually, useStack, withStack } from './use-stack.ts';

describe('a function URL', () => {
  const stack = useStack('live');
  const url = () => stack.output('api_url');

  function post(order: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url(), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(order),
    });
  }

  test('passes a request to the function in payload format 2.0', async () => {
    const response = await fetch(`${url()}leaderboards/game%3Achess?ids=a&ids=b&limit=5`, {
      headers: { 'X-Player': 'ada', cookie: 'a=1; b=2' },
    });
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/leaderboards/game%3Achess',
      rawQueryString: 'ids=a&ids=b&limit=5',
      queryStringParameters: { ids: 'a,b', limit: '5' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-player': 'ada', host: new URL(url()).host },
      requestContext: {
        accountId: 'anonymous',
        http: { method: 'GET', path: '/leaderboards/game%3Achess', sourceIp: '127.0.0.1' },
        time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
      },
      isBase64Encoded: false,
    });
  });

  test('returns the status, headers, cookies and body of the function', async () => {
    const answer = {
      statusCode: 201,
      headers: { ETag: '"1"', 'Content-Type': 'text/plain' },
      cookies: ['a=1; Secure', 'b=2'],
      body: Buffer.from('grüezi').toString('base64'),
      isBase64Encoded: true,
    };
    const response = await post({ answer });
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
    expect(await response.text()).toBe('grüezi');
  });

  test('responds 200 with JSON to a result without a status, and 502 to a failed function', async () => {
    const plain = await post({ answer: { players: 3 } });
    expect([plain.status, await plain.json()]).toEqual([200, { players: 3 }]);
    const failed = await post({ throw: 'asked to fail' });
    expect([failed.status, await failed.text()]).toEqual([502, 'Internal Server Error']);
  });

  test('responds 429 beyond the reserved concurrency', async () => {
    let sleepMs = 250;
    await eventually(async () => {
      // Longer and longer, until all four overlap.
      sleepMs *= 2;
      const slow = Array.from({ length: 4 }, () => post({ sleepMs, answer: 'done' }));
      const statuses = (await Promise.all(slow)).map(({ status }) => status);
      return isDeepStrictEqual(statuses.sort(), [200, 429, 429, 429]);
    });
  });

  test('sends CORS headers to an allowed origin only', async () => {
    const allowed = await post({ answer: 1 }, { origin: 'https://page.example' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://page.example');
    expect(allowed.headers.get('access-control-expose-headers')).toBe('etag');
    const other = await post({ answer: 1 }, { origin: 'https://other.example' });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('responds to a preflight request without the function', async () => {
    const preflight = await fetch(url(), {
      method: 'OPTIONS',
      headers: { origin: 'https://page.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,POST');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('x-player');
    expect(preflight.headers.get('access-control-max-age')).toBe('600');
    expect(await preflight.text()).toBe('');
  });
});

test('a URL without the second permission is forbidden', async () => {
  await withStack('live', { config: { secondPermission: 'false' } }, async (stack) => {
    const response = await fetch(stack.output('api_url'));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('lambda:InvokeFunction');
  });
});
